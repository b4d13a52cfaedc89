#include "metrics/mmd.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "base/text.hpp"

namespace mixvae::metrics {
namespace {

void require_comparable(const DenseMatrix& x, const DenseMatrix& y) {
  if (x.columns != y.columns || x.columns == 0) {
    throw InputError({.what = "the two samples differ in their number of features",
                      .found = std::to_string(x.columns) + " and " + std::to_string(y.columns)});
  }
  if (x.rows < 2 || y.rows < 2) {
    throw InputError({.what = "a sample is too small to compare distributions",
                      .found = std::to_string(x.rows) + " and " + std::to_string(y.rows) + " cells",
                      .expected = "at least 2 cells in each"});
  }
}

/// At most `most` rows of n, by chance, in rising order.
std::vector<Index> chosen_rows(Index n, Index most, PhiloxStream& random) {
  std::vector<Index> rows(at(n));
  std::iota(rows.begin(), rows.end(), Index{0});
  if (n > most) {
    for (Index i = 0; i < most; ++i) {
      std::swap(rows[at(i)], rows[at(i) + static_cast<std::size_t>(
                                              random.integer(static_cast<std::uint64_t>(n - i)))]);
    }
    rows.resize(at(most));
    std::ranges::sort(rows);
  }
  return rows;
}

/// The chosen rows of both samples, one below the other.
DenseMatrix pooled(const DenseMatrix& x, std::span<const Index> x_rows, const DenseMatrix& y,
                   std::span<const Index> y_rows) {
  DenseMatrix all(static_cast<Index>(x_rows.size() + y_rows.size()), x.columns);
  Index next = 0;
  for (const Index row : x_rows) {
    std::ranges::copy(x.row(row), all.row(next++).begin());
  }
  for (const Index row : y_rows) {
    std::ranges::copy(y.row(row), all.row(next++).begin());
  }
  return all;
}

/// Squared Euclidean distances between all rows [N,N].
std::vector<double> squared_distances(const DenseMatrix& rows) {
  const Index n = rows.rows;
  std::vector<double> squares(at(n * n), 0.0);
  parallel_for(n, 8, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      for (Index j = 0; j < n; ++j) {
        double sum = 0;
        for (Index c = 0; c < rows.columns; ++c) {
          const double gap = static_cast<double>(rows(i, c)) - static_cast<double>(rows(j, c));
          sum += gap * gap;
        }
        squares[at(i * n + j)] = sum;
      }
    }
  });
  return squares;
}

/// Median distance between different cells; their mean where the median is 0.
double median_distance(const std::vector<double>& squares, Index n) {
  std::vector<double> distances;
  for (Index i = 0; i < n; ++i) {
    for (Index j = i + 1; j < n; ++j) {
      distances.push_back(std::sqrt(squares[at(i * n + j)]));
    }
  }
  const std::size_t half = distances.size() / 2;
  std::ranges::sort(distances);
  const double median =
      distances.size() % 2 == 1 ? distances[half] : (distances[half - 1] + distances[half]) / 2;
  if (median > 0) {
    return median;
  }
  const double mean = std::accumulate(distances.begin(), distances.end(), 0.0) /
                      static_cast<double>(distances.size());
  if (!(mean > 0)) {
    throw InputError(
        {.what = "all cells of both samples are equal", .expected = "at least two that differ"});
  }
  return mean;
}

/// The kernel matrix [N,N] of pooled cells and what the statistic of every division needs of it.
class PooledKernel {
 public:
  PooledKernel(std::vector<double> values, Index cells)
      : values_(std::move(values)), row_sums_(at(cells), 0.0) {
    for (Index i = 0; i < cells; ++i) {
      for (Index j = 0; j < cells; ++j) {
        row_sums_[at(i)] += i == j ? 0.0 : values_[at(i * cells + j)];
      }
      total_ += row_sums_[at(i)];
    }
  }

  Index cells() const { return static_cast<Index>(row_sums_.size()); }

  /// The statistic of the cells `part` against all others: only pairs within the part are added
  /// up, the others follow from the sums of rows. `part` in rising order, so that equal parts give
  /// equal bits.
  double statistic(std::span<const Index> part) const {
    double within = 0;  // every pair once
    double rows = 0;
    for (std::size_t i = 0; i < part.size(); ++i) {
      const double* const row = values_.data() + part[i] * cells();
      rows += row_sums_[at(part[i])];
      for (std::size_t j = i + 1; j < part.size(); ++j) {
        within += row[part[j]];
      }
    }
    const auto m = static_cast<double>(part.size());
    const double n = static_cast<double>(cells()) - m;
    const double between = rows - 2 * within;
    const double others = total_ - rows - between;
    return 2 * within / (m * (m - 1)) + others / (n * (n - 1)) - 2 * between / (m * n);
  }

 private:
  std::vector<double> values_;
  std::vector<double> row_sums_;  // without the diagonal
  double total_ = 0;
};

/// Divisions whose statistic is this much below the value reach it: the same division may have been
/// added up from its other part.
constexpr double kRounding = 1e-12;

/// How many random divisions with `size` cells in one part reach the value.
Index reached_by_chance(const PooledKernel& kernel, Index size, double value,
                        const MmdOptions& options) {
  std::vector<Index> reached(at(options.permutations), 0);
  parallel_for(options.permutations, 1, [&](Index begin, Index end) {
    for (Index p = begin; p < end; ++p) {
      PhiloxStream random(options.seed, Purpose::permutation_test,
                          static_cast<std::uint64_t>(p) + 1);
      const std::vector<Index> part = chosen_rows(kernel.cells(), size, random);
      reached[at(p)] = kernel.statistic(part) >= value - kRounding ? 1 : 0;
    }
  });
  return std::accumulate(reached.begin(), reached.end(), Index{0});
}

/// Kernel values that differ less than this tell nothing.
constexpr double kSmallestSpread = 1e-9;

/// Largest minus smallest of the values [N,N] of different cells.
double spread_of_pairs(std::span<const double> values, Index cells) {
  double smallest = values[1];
  double largest = values[1];
  for (Index i = 0; i < cells; ++i) {
    for (Index j = i + 1; j < cells; ++j) {
      smallest = std::min(smallest, values[at(i * cells + j)]);
      largest = std::max(largest, values[at(i * cells + j)]);
    }
  }
  return largest - smallest;
}

/// Far from the distances every two cells are alike, or none: nothing is tested.
[[noreturn]] void refuse_bandwidth(double bandwidth, double median) {
  throw UsageError(
      {.what = "with this bandwidth all pairs of cells have the same kernel value",
       .found = "--bandwidth " + shortest(bandwidth),
       .expected = "about the distance between cells, whose median is " + shortest(median)});
}

}  // namespace

MmdTest mmd_test(const DenseMatrix& x, const DenseMatrix& y, const MmdOptions& options) {
  require_comparable(x, y);
  PhiloxStream random(options.seed, Purpose::permutation_test);
  const std::vector<Index> x_rows = chosen_rows(x.rows, options.most_cells, random);
  const std::vector<Index> y_rows = chosen_rows(y.rows, options.most_cells, random);
  const DenseMatrix all = pooled(x, x_rows, y, y_rows);
  std::vector<double> kernel = squared_distances(all);
  MmdTest test;
  test.cells = all.rows;
  test.bandwidth = options.bandwidth > 0 ? options.bandwidth : median_distance(kernel, all.rows);
  const bool distances_vary = spread_of_pairs(kernel, all.rows) > 0;
  for (double& value : kernel) {
    value = std::exp(-value / (2 * test.bandwidth * test.bandwidth));
  }
  if (distances_vary && spread_of_pairs(kernel, all.rows) < kSmallestSpread) {
    refuse_bandwidth(options.bandwidth, median_distance(squared_distances(all), all.rows));
  }
  const auto m = static_cast<Index>(x_rows.size());
  const PooledKernel pooled_kernel(std::move(kernel), all.rows);
  std::vector<Index> part(at(m));
  std::iota(part.begin(), part.end(), Index{0});
  test.squared = pooled_kernel.statistic(part);
  const Index reached =
      reached_by_chance(pooled_kernel, std::min(m, all.rows - m), test.squared, options);
  test.p = static_cast<double>(1 + reached) / static_cast<double>(1 + options.permutations);
  return test;
}

}  // namespace mixvae::metrics
