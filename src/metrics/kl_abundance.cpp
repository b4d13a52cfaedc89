#include "metrics/kl_abundance.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"

namespace mixvae::metrics {
namespace {

double checked_sum(std::span<const double> weights) {
  MIXVAE_ASSERT(std::ranges::all_of(weights, [](double w) { return w >= 0 && std::isfinite(w); }),
                "an abundance is negative or not finite");
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  MIXVAE_ASSERT(sum > 0, "abundances sum to zero");
  return sum;
}

/// True cells that each cluster should hold [C]: those of its type, half a cell where there is
/// none.
std::vector<double> expected_cells(std::span<const double> cluster_weights,
                                   std::span<const double> type_cells, const Matching& matching) {
  std::vector<double> expected(cluster_weights.size());
  for (std::size_t c = 0; c < expected.size(); ++c) {
    const std::int32_t type = matching.type_of_cluster[c];
    const double cells = type == -1 ? 0.0 : type_cells[type];
    expected[c] = cells == 0 && cluster_weights[c] > 0 ? 0.5 : cells;
  }
  return expected;
}

double unmatched_cells(std::span<const double> type_cells, const Matching& matching) {
  double sum = 0;
  for (std::size_t r = 0; r < type_cells.size(); ++r) {
    sum += matching.cluster_of_type[r] == -1 ? type_cells[r] : 0.0;
  }
  return sum;
}

}  // namespace

double kl_abundance(std::span<const double> cluster_weights, std::span<const double> type_cells,
                    const Matching& matching) {
  MIXVAE_ASSERT(cluster_weights.size() == matching.type_of_cluster.size() &&
                    type_cells.size() == matching.cluster_of_type.size(),
                "abundances of other types or clusters than the matching's");
  const double weight_sum = checked_sum(cluster_weights);
  checked_sum(type_cells);
  const auto expected = expected_cells(cluster_weights, type_cells, matching);
  const double cell_sum = std::accumulate(expected.begin(), expected.end(), 0.0) +
                          unmatched_cells(type_cells, matching);
  double divergence = 0;
  for (std::size_t c = 0; c < expected.size(); ++c) {
    if (cluster_weights[c] > 0) {
      const double q = cluster_weights[c] / weight_sum;
      divergence += q * std::log(q / (expected[c] / cell_sum));
    }
  }
  return std::max(divergence, 0.0);
}

double kl_abundance(const Contingency& table, const Matching& matching) {
  const std::vector<double> clusters(table.column_totals.begin(), table.column_totals.end());
  const std::vector<double> types(table.row_totals.begin(), table.row_totals.end());
  return kl_abundance(clusters, types, matching);
}

}  // namespace mixvae::metrics
