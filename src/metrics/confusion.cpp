#include "metrics/confusion.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace mixvae::metrics {
namespace {

std::string quoted(const std::string& name) {
  if (name.find_first_of(",\"\r\n") == std::string::npos) {
    return name;
  }
  std::string text = "\"";
  for (const char c : name) {
    text += c == '"' ? std::string("\"\"") : std::string(1, c);
  }
  return text + '"';
}

}  // namespace

std::vector<std::int32_t> matched_order(const Contingency& table, const Matching& matching) {
  std::vector<std::int32_t> order;
  for (const std::int32_t cluster : matching.cluster_of_type) {
    if (cluster != -1) {
      order.push_back(cluster);
    }
  }
  const auto matched = static_cast<std::ptrdiff_t>(order.size());
  for (Index c = 0; c < table.columns; ++c) {
    if (matching.type_of_cluster[c] == -1 && table.column_totals[c] > 0) {
      order.push_back(static_cast<std::int32_t>(c));
    }
  }
  std::stable_sort(order.begin() + matched, order.end(), [&](std::int32_t a, std::int32_t b) {
    return table.column_totals[a] > table.column_totals[b];
  });
  return order;
}

std::string confusion_csv(const Contingency& table, const Matching& matching,
                          const std::vector<std::string>& types,
                          const std::vector<std::string>& clusters) {
  MIXVAE_ASSERT(static_cast<Index>(types.size()) == table.rows &&
                    static_cast<Index>(clusters.size()) == table.columns,
                "names of other types or clusters");
  const auto order = matched_order(table, matching);
  std::string text = "type";
  for (const std::int32_t cluster : order) {
    text += ',' + quoted(clusters[cluster]);
  }
  text += '\n';
  for (Index r = 0; r < table.rows; ++r) {
    if (table.row_totals[r] == 0) {
      continue;
    }
    text += quoted(types[r]);
    for (const std::int32_t cluster : order) {
      text += ',' + std::to_string(table(r, cluster));
    }
    text += '\n';
  }
  return text;
}

}  // namespace mixvae::metrics
