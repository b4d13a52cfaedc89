#pragma once

#include <functional>
#include <span>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae {

/// Statistics of each feature over cells, zeros included.
struct FeatureStatistics {
  std::vector<double> mean;      // [D]
  std::vector<double> variance;  // [D] unbiased (divided by N - 1); 0 for one cell
  std::vector<float> minimum;    // [D]
  std::vector<float> maximum;    // [D]
  std::vector<Index> expressed;  // [D] number of cells with a non-zero raw value
};

/// A stored value as the statistics see it: (row of the matrix, column, raw value) -> value.
using ValueView = std::function<float(Index row, Index column, float raw)>;

/// Statistics of view(values) over the chosen rows, in one pass without a copy of the matrix. Zeros
/// that a sparse matrix does not store count as zeros, so view must map 0 to 0 there. The rows are
/// cut into a fixed number of blocks whose results are combined in order (Chan, Golub and LeVeque
/// 1979): same bits for any number of threads.
FeatureStatistics feature_statistics(const Matrix& matrix, std::span<const Index> rows,
                                     const ValueView& view);

}  // namespace mixvae
