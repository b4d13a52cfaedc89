#include "cluster/labels.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"

namespace mixvae::cluster {

std::vector<std::int32_t> numbers_by_size(const std::vector<std::int32_t>& labels, Index clusters) {
  std::vector<Index> sizes(clusters);
  std::vector<Index> first_cell(clusters, static_cast<Index>(labels.size()));
  for (std::size_t i = labels.size(); i-- > 0;) {
    if (labels[i] >= 0) {
      ++sizes[labels[i]];
      first_cell[labels[i]] = static_cast<Index>(i);
    }
  }
  std::vector<std::int32_t> order(clusters);
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::int32_t a, std::int32_t b) {
    return sizes[a] != sizes[b] ? sizes[a] > sizes[b] : first_cell[a] < first_cell[b];
  });
  std::vector<std::int32_t> numbers(clusters);
  for (Index k = 0; k < clusters; ++k) {
    numbers[order[k]] = static_cast<std::int32_t>(k);
  }
  return numbers;
}

void renumber(std::vector<std::int32_t>& labels, const std::vector<std::int32_t>& numbers) {
  for (std::int32_t& label : labels) {
    label = label < 0 ? label : numbers[label];
  }
}

void require_finite(const DenseMatrix& x) {
  const auto found =
      std::ranges::find_if(x.values, [](float value) { return !std::isfinite(value); });
  if (found == x.values.end()) {
    return;
  }
  const Index position = found - x.values.begin();
  throw InputError({.what = "a value is not finite",
                    .where = "row " + std::to_string(position / x.columns + 1) + ", column " +
                             std::to_string(position % x.columns + 1),
                    .found = std::to_string(*found),
                    .expected = "finite numbers"});
}

void require_cluster_count(Index clusters, Index cells) {
  if (clusters < 1 || clusters > cells) {
    throw UsageError({.what = "wrong number of clusters",
                      .found = std::to_string(clusters),
                      .expected = "1 to " + std::to_string(cells) + ", the number of cells"});
  }
}

}  // namespace mixvae::cluster
