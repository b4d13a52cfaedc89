#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::cluster {

/// The k nearest neighbours of each of N cells, nearest first.
struct Neighbours {
  Index k = 0;
  std::vector<std::int32_t> cells;  // [N,k]
  std::vector<float> distances;     // [N,k], Euclidean

  std::span<const std::int32_t> of(Index cell) const {
    return {cells.data() + cell * k, static_cast<std::size_t>(k)};
  }
  std::span<const float> distances_of(Index cell) const {
    return {distances.data() + cell * k, static_cast<std::size_t>(k)};
  }
};

/// The exact k nearest other rows of each row of x [N,d] in Euclidean distance; the cell itself is
/// not among them, equally near cells come by index. All pairs are compared: O(N^2 d) time, O(N k)
/// memory. Same bits for any number of threads. Throws UsageError unless 1 <= k < N, InputError for
/// a value that is not finite.
Neighbours nearest_neighbours(const DenseMatrix& x, Index k);

}  // namespace mixvae::cluster
