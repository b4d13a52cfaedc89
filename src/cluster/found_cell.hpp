#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "cluster/knn.hpp"
#include "cluster/metric.hpp"

namespace mixvae::cluster {

/// A cell and its raw distance; nearer first, equally near ones by index.
using Found = std::pair<float, std::int32_t>;

/// Writes the nearest of the cells found for a query, at least result.k, and orders them.
inline void keep_nearest(std::vector<Found>& found, Metric metric, Index query,
                         Neighbours& result) {
  std::ranges::partial_sort(found, found.begin() + result.k);
  for (Index n = 0; n < result.k; ++n) {
    result.cells[query * result.k + n] = found[n].second;
    result.distances[query * result.k + n] = distance_from_raw(metric, found[n].first);
  }
}

}  // namespace mixvae::cluster
