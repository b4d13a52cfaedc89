#include "cluster/knn.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cluster/labels.hpp"
#include "data/distances.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kQueries = 64;  // cells whose neighbours are found together
constexpr Index kPanels =
    64;  // panels of other cells per block: their rows and the distances stay in cache

/// The nearest cells found so far for some queries, sorted by distance; filled up with infinity.
class NearestSoFar {
 public:
  NearestSoFar(Index queries, Index k) : k_(k), distances_(queries * k), cells_(queries * k) {}

  void clear() {
    std::ranges::fill(distances_, std::numeric_limits<float>::infinity());
    std::ranges::fill(cells_, -1);
  }

  /// Offers cells first, first + 1, ... at the given squared distances to a query, all but cell
  /// `self`.
  void offer(Index query, Index self, Index first, std::span<const float> squared) {
    float* const best = distances_.data() + query * k_;
    const auto count = static_cast<Index>(squared.size());
    for (Index j = 0; j < count; ++j) {
      if (squared[j] < best[k_ - 1] && first + j != self) {
        insert(query, squared[j], static_cast<std::int32_t>(first + j));
      }
    }
  }

  void copy_to(Index query, Index cell, Neighbours& result) const {
    for (Index n = 0; n < k_; ++n) {
      result.cells[cell * k_ + n] = cells_[query * k_ + n];
      result.distances[cell * k_ + n] = std::sqrt(distances_[query * k_ + n]);
    }
  }

 private:
  /// Behind equal distances, which belong to lower cell numbers.
  void insert(Index query, float squared, std::int32_t cell) {
    float* const distances = distances_.data() + query * k_;
    std::int32_t* const cells = cells_.data() + query * k_;
    Index n = k_ - 1;
    for (; n > 0 && distances[n - 1] > squared; --n) {
      distances[n] = distances[n - 1];
      cells[n] = cells[n - 1];
    }
    distances[n] = squared;
    cells[n] = cell;
  }

  Index k_;
  std::vector<float> distances_;
  std::vector<std::int32_t> cells_;
};

void find_for(const DenseMatrix& x, const PackedRows& packed, Index begin, Index end,
              std::span<float> block, NearestSoFar& nearest) {
  nearest.clear();
  for (Index panel = 0; panel < packed.panels(); panel += kPanels) {
    const Index last = std::min(panel + kPanels, packed.panels());
    const Index width = (last - panel) * PackedRows::kLanes;
    const Index first = panel * PackedRows::kLanes;
    squared_distances(x, begin, end, packed, panel, last, block);
    for (Index i = begin; i < end; ++i) {
      const auto valid = static_cast<std::size_t>(std::min(width, x.rows - first));
      nearest.offer(i - begin, i, first, {block.data() + (i - begin) * width, valid});
    }
  }
}

}  // namespace

Neighbours nearest_neighbours(const DenseMatrix& x, Index k) {
  if (k < 1 || k >= x.rows) {
    throw UsageError(
        {.what = "wrong number of neighbours",
         .found = std::to_string(k),
         .expected = "at least 1 and fewer than the " + std::to_string(x.rows) + " cells"});
  }
  require_finite(x);
  const PackedRows packed(x);
  Neighbours result;
  result.k = k;
  result.cells.resize(x.rows * k);
  result.distances.resize(x.rows * k);
  parallel_for(x.rows, kQueries, [&](Index begin, Index end) {
    std::vector<float> block(kQueries * kPanels * PackedRows::kLanes);
    NearestSoFar nearest(kQueries, k);
    for (Index first = begin; first < end; first += kQueries) {
      const Index last = std::min(first + kQueries, end);
      find_for(x, packed, first, last, block, nearest);
      for (Index i = first; i < last; ++i) {
        nearest.copy_to(i - first, i, result);
      }
    }
  });
  return result;
}

}  // namespace mixvae::cluster
