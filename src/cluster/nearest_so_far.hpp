#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "data/matrix.hpp"

namespace mixvae::cluster {

/// The k nearest cells found so far for each of some queries, sorted by distance; filled up with
/// cell -1 at infinity.
class NearestSoFar {
 public:
  NearestSoFar(Index queries, Index k) : k_(k), distances_(queries * k), cells_(queries * k) {
    clear();
  }

  void clear() {
    std::ranges::fill(distances_, std::numeric_limits<float>::infinity());
    std::ranges::fill(cells_, -1);
  }

  /// Offers cells first, first + 1, ... at the given distances to a query, all but cell `self`.
  void offer(Index query, Index self, Index first, std::span<const float> distances) {
    const float& farthest = distances_[(query + 1) * k_ - 1];
    const auto count = static_cast<Index>(distances.size());
    for (Index begin = 0; begin < count; begin += kTogether) {
      const Index end = std::min(begin + kTogether, count);
      if (end - begin == kTogether && !any_below(distances.data() + begin, farthest)) {
        continue;
      }
      for (Index j = begin; j < end; ++j) {
        if (distances[j] < farthest && first + j != self) {
          insert(query, distances[j], static_cast<std::int32_t>(first + j));
        }
      }
    }
  }

  std::span<const float> distances_of(Index query) const {
    return {distances_.data() + query * k_, static_cast<std::size_t>(k_)};
  }
  /// Throws InputError where cells are missing: distances to those there are were not finite.
  void require_found(Index query, Index row) const {
    if (cells_of(query).back() < 0) {
      throw InputError({.what = "values are too large for distances",
                        .where = "row " + std::to_string(row + 1),
                        .found = "fewer than " + std::to_string(k_) +
                                 " cells at a finite distance in single precision",
                        .hint = "scale the values, for example to unit variance"});
    }
  }
  std::span<const std::int32_t> cells_of(Index query) const {
    return {cells_.data() + query * k_, static_cast<std::size_t>(k_)};
  }

 private:
  static constexpr Index kTogether = 16;

  /// Whether one of kTogether distances is below a limit; without branches, for vectors.
  static bool any_below(const float* distances, float limit) {
    int below = 0;
    for (Index j = 0; j < kTogether; ++j) {
      below |= distances[j] < limit ? 1 : 0;
    }
    return below != 0;
  }

  /// Behind equal distances, which were offered before.
  void insert(Index query, float distance, std::int32_t cell) {
    float* const distances = distances_.data() + query * k_;
    std::int32_t* const cells = cells_.data() + query * k_;
    Index n = k_ - 1;
    for (; n > 0 && distances[n - 1] > distance; --n) {
      distances[n] = distances[n - 1];
      cells[n] = cells[n - 1];
    }
    distances[n] = distance;
    cells[n] = cell;
  }

  Index k_;
  std::vector<float> distances_;
  std::vector<std::int32_t> cells_;
};

}  // namespace mixvae::cluster
