#include "cluster/metric.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "cluster/labels.hpp"
#include "cluster/lanes.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kMetricLanes = PackedRows::kLanes;
constexpr Index kWidth = 16;  // floats of one step of a single distance
constexpr Index kRowGrain = 256;

/// Sixteen floats that may lie anywhere.
using Lanes __attribute__((vector_size(64), aligned(4), may_alias)) = float;

struct SquaredTerm {
  MIXVAE_INLINE static void add(const Lanes& a, const Lanes& b, Lanes& sum) {
    const Lanes difference = a - b;
    sum += difference * difference;
  }
};

struct ManhattanTerm {
  MIXVAE_INLINE static void add(const Lanes& a, const Lanes& b, Lanes& sum) {
    const Lanes difference = a - b;
    sum += difference < 0.0F ? -difference : difference;
  }
};

struct CanberraTerm {
  MIXVAE_INLINE static void add(const Lanes& a, const Lanes& b, Lanes& sum) {
    const Lanes difference = a - b;
    const Lanes size = (a < 0.0F ? -a : a) + (b < 0.0F ? -b : b);
    const Lanes term = (difference < 0.0F ? -difference : difference) / size;
    sum += size > 0.0F ? term : Lanes{};
  }
};

/// Distances of one row to the 16 rows of a panel.
template <class Term>
MIXVAE_INLINE void row_to_panel(const float* row, const float* panel, Index columns, float* out) {
  Lanes sum = {};
  for (Index c = 0; c < columns; ++c) {
    const Lanes others = *reinterpret_cast<const Lanes*>(panel + c * kMetricLanes);
    Term::add(Lanes{} + row[c], others, sum);
  }
  *reinterpret_cast<Lanes*>(out) = sum;
}

MIXVAE_WIDEST_VECTORS
void manhattan_to_panel(const float* row, const float* panel, Index columns, float* out) {
  row_to_panel<ManhattanTerm>(row, panel, columns, out);
}

MIXVAE_WIDEST_VECTORS
void canberra_to_panel(const float* row, const float* panel, Index columns, float* out) {
  row_to_panel<CanberraTerm>(row, panel, columns, out);
}

/// Distance of two rows: sixteen partial sums, the rest in a step that is filled up with zeros.
template <class Term>
MIXVAE_INLINE float row_to_row(const float* a, const float* b, Index columns) {
  Lanes sum = {};
  Index c = 0;
  for (; c + kWidth <= columns; c += kWidth) {
    Term::add(*reinterpret_cast<const Lanes*>(a + c), *reinterpret_cast<const Lanes*>(b + c), sum);
  }
  if (c < columns) {
    Lanes last_a = {};
    Lanes last_b = {};
    for (Index i = c; i < columns; ++i) {
      last_a[i - c] = a[i];
      last_b[i - c] = b[i];
    }
    Term::add(last_a, last_b, sum);
  }
  float half[kWidth / 2];
  for (Index lane = 0; lane < kWidth / 2; ++lane) {
    half[lane] = sum[lane] + sum[lane + kWidth / 2];
  }
  return ((half[0] + half[4]) + (half[2] + half[6])) + ((half[1] + half[5]) + (half[3] + half[7]));
}

MIXVAE_WIDEST_VECTORS
float squared_distance(const float* a, const float* b, Index columns) {
  return row_to_row<SquaredTerm>(a, b, columns);
}

MIXVAE_WIDEST_VECTORS
float manhattan_distance(const float* a, const float* b, Index columns) {
  return row_to_row<ManhattanTerm>(a, b, columns);
}

MIXVAE_WIDEST_VECTORS
float canberra_distance(const float* a, const float* b, Index columns) {
  return row_to_row<CanberraTerm>(a, b, columns);
}

/// Scales a row to length 1, after centring it for the correlation. False when nothing is left of
/// it.
bool normalise(std::span<const float> row, bool centre, std::span<float> out) {
  double mean = 0;
  double largest = 0;
  for (const float value : row) {
    mean += static_cast<double>(value) / static_cast<double>(row.size());
    largest = std::max(largest, std::abs(static_cast<double>(value)));
  }
  mean = centre ? mean : 0;
  double square = 0;
  for (const float value : row) {
    square += (value - mean) * (value - mean);
  }
  const double length = std::sqrt(square);
  // What is left after centring a constant row is rounding.
  if (length <= 1e-12 * largest || length == 0) {
    return false;
  }
  std::ranges::transform(row, out.begin(),
                         [&](float value) { return static_cast<float>((value - mean) / length); });
  return true;
}

[[noreturn]] void refuse_row(Index row, bool centre) {
  throw InputError(
      {.what = centre ? "a cell with equal values in all features has no correlation with others"
                      : "a cell that is zero in all features has no angle to others",
       .where = "row " + std::to_string(row + 1),
       .hint = "leave such cells out, or use another metric, e.g. euclidean"});
}

}  // namespace

const std::vector<std::string>& metric_names() {
  static const std::vector<std::string> kNames{"euclidean", "cosine", "correlation", "manhattan",
                                               "canberra"};
  return kNames;
}

Metric metric_named(const std::string& name) {
  const auto found = std::ranges::find(metric_names(), name);
  if (found == metric_names().end()) {
    throw UsageError({.what = "no such metric",
                      .found = "'" + name + "'",
                      .expected = join(metric_names(), ", ")});
  }
  return static_cast<Metric>(found - metric_names().begin());
}

DenseMatrix comparable_rows(const DenseMatrix& x, Metric metric) {
  require_finite(x);
  if (metric != Metric::cosine && metric != Metric::correlation) {
    return x;
  }
  const bool centre = metric == Metric::correlation;
  DenseMatrix rows(x.rows, x.columns);
  parallel_for(x.rows, kRowGrain, [&](Index begin, Index end) {
    for (Index r = begin; r < end; ++r) {
      if (!normalise(x.row(r), centre, rows.row(r))) {
        refuse_row(r, centre);
      }
    }
  });
  return rows;
}

void raw_distances(Metric metric, const DenseMatrix& x, Index begin, Index end,
                   const PackedRows& others, Index first, Index last, std::span<float> out) {
  if (metric != Metric::manhattan && metric != Metric::canberra) {
    squared_distances(x, begin, end, others, first, last, out);
    return;
  }
  MIXVAE_ASSERT(x.columns == others.columns(), "distances between rows of different length");
  const Index stride = (last - first) * kMetricLanes;
  MIXVAE_ASSERT(static_cast<Index>(out.size()) >= (end - begin) * stride,
                "distance block too small");
  const auto to_panel = metric == Metric::manhattan ? manhattan_to_panel : canberra_to_panel;
  for (Index r = begin; r < end; ++r) {
    for (Index p = first; p < last; ++p) {
      to_panel(x.row(r).data(), others.panel(p), x.columns,
               out.data() + (r - begin) * stride + (p - first) * kMetricLanes);
    }
  }
}

float raw_distance(Metric metric, std::span<const float> a, std::span<const float> b) {
  const auto columns = static_cast<Index>(a.size());
  switch (metric) {
    case Metric::manhattan:
      return manhattan_distance(a.data(), b.data(), columns);
    case Metric::canberra:
      return canberra_distance(a.data(), b.data(), columns);
    default:
      return squared_distance(a.data(), b.data(), columns);
  }
}

float distance_from_raw(Metric metric, float raw) {
  switch (metric) {
    case Metric::euclidean:
      return std::sqrt(raw);
    case Metric::cosine:
    case Metric::correlation:
      return 0.5F * raw;
    default:
      return raw;
  }
}

}  // namespace mixvae::cluster
