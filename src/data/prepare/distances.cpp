#include "data/prepare/distances.hpp"

#include <algorithm>

#include "base/error.hpp"

// The widest vectors that the processor has, chosen once at load time.
#if defined(__x86_64__)
#define MIXVAE_WIDEST_VECTORS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define MIXVAE_WIDEST_VECTORS
#endif

namespace mixvae {
namespace {

constexpr Index kLanes = PackedRows::kLanes;
constexpr Index kRows = 4;

/// Eight floats that may lie anywhere: one register with AVX2, two without.
using Lanes __attribute__((vector_size(32), aligned(4), may_alias)) = float;
constexpr Index kWidth = 8;

/// Distances of four rows to one panel; `stride` separates the four rows of the output.
MIXVAE_WIDEST_VECTORS
void four_rows(const float* const rows[kRows], const float* panel, Index columns, float* out,
               Index stride) {
  for (Index lane = 0; lane < kLanes; lane += kWidth) {
    Lanes sums[kRows] = {};
    for (Index c = 0; c < columns; ++c) {
      const Lanes others = *reinterpret_cast<const Lanes*>(panel + c * kLanes + lane);
      for (Index r = 0; r < kRows; ++r) {
        const Lanes difference = rows[r][c] - others;
        sums[r] += difference * difference;
      }
    }
    for (Index r = 0; r < kRows; ++r) {
      *reinterpret_cast<Lanes*>(out + r * stride + lane) = sums[r];
    }
  }
}

}  // namespace

PackedRows::PackedRows(const DenseMatrix& rows)
    : rows_(rows.rows), columns_(rows.columns), values_(panels() * kLanes * rows.columns) {
  for (Index r = 0; r < rows_; ++r) {
    float* const panel = values_.data() + r / kLanes * columns_ * kLanes;
    for (Index c = 0; c < columns_; ++c) {
      panel[c * kLanes + r % kLanes] = rows(r, c);
    }
  }
}

void squared_distances(const DenseMatrix& x, Index begin, Index end, const PackedRows& others,
                       Index first, Index last, std::span<float> out) {
  MIXVAE_ASSERT(x.columns == others.columns(), "distances between rows of different length");
  const Index stride = (last - first) * kLanes;
  MIXVAE_ASSERT(static_cast<Index>(out.size()) >= (end - begin) * stride,
                "distance block too small");
  float spare[kRows * kLanes];
  for (Index r = begin; r < end; r += kRows) {
    const float* rows[kRows];
    for (Index i = 0; i < kRows; ++i) {
      rows[i] = x.row(std::min(r + i, end - 1)).data();
    }
    const bool whole = r + kRows <= end;
    for (Index p = first; p < last; ++p) {
      float* const target = out.data() + (r - begin) * stride + (p - first) * kLanes;
      if (whole) {
        four_rows(rows, others.panel(p), x.columns, target, stride);
        continue;
      }
      four_rows(rows, others.panel(p), x.columns, spare, kLanes);
      for (Index i = 0; i < end - r; ++i) {
        std::copy_n(spare + i * kLanes, kLanes, target + i * stride);
      }
    }
  }
}

}  // namespace mixvae
