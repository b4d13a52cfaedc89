#include "metrics/accuracy.hpp"

#include <algorithm>
#include <utility>

#include "metrics/hungarian.hpp"

namespace mixvae::metrics {
namespace {

/// The row with the highest count in a column; the first of equal ones.
Index most_frequent_row(const Contingency& table, Index column) {
  Index best = 0;
  for (Index r = 1; r < table.rows; ++r) {
    if (table(r, column) > table(best, column)) {
      best = r;
    }
  }
  return best;
}

}  // namespace

Matching matching_of(const Contingency& table, std::vector<std::int32_t> cluster_of_type) {
  Matching matching{std::move(cluster_of_type), std::vector<std::int32_t>(table.columns, -1), 0};
  for (Index type = 0; type < table.rows; ++type) {
    std::int32_t& cluster = matching.cluster_of_type[type];
    if (cluster == -1 || table(type, cluster) == 0) {
      cluster = -1;
      continue;
    }
    matching.type_of_cluster[cluster] = static_cast<std::int32_t>(type);
    matching.matched_cells += table(type, cluster);
  }
  return matching;
}

Matching best_matching(const Contingency& table) {
  std::vector<double> costs(table.counts.size());
  std::ranges::transform(table.counts, costs.begin(),
                         [](Index count) { return -static_cast<double>(count); });
  return matching_of(table, cheapest_assignment(costs, table.rows, table.columns));
}

double accuracy(const Contingency& table) {
  return static_cast<double>(best_matching(table).matched_cells) / static_cast<double>(table.total);
}

std::vector<std::int32_t> cluster_types(const Contingency& table, const Matching& matching) {
  std::vector<std::int32_t> types = matching.type_of_cluster;
  for (Index c = 0; c < table.columns; ++c) {
    if (types[c] == -1 && table.column_totals[c] > 0) {
      types[c] = static_cast<std::int32_t>(most_frequent_row(table, c));
    }
  }
  return types;
}

}  // namespace mixvae::metrics
