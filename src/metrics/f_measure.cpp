#include "metrics/f_measure.hpp"

#include <cmath>
#include <limits>

#include "metrics/hungarian.hpp"

namespace mixvae::metrics {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double f1(const Contingency& table, Index type, Index cluster) {
  const Index sizes = table.row_totals[type] + table.column_totals[cluster];
  return sizes == 0 ? 0.0
                    : 2.0 * static_cast<double>(table(type, cluster)) / static_cast<double>(sizes);
}

std::vector<double> best_f1(const Contingency& table) {
  std::vector<double> best(table.rows, kNaN);
  for (Index r = 0; r < table.rows; ++r) {
    for (Index c = 0; c < table.columns && table.row_totals[r] > 0; ++c) {
      best[r] = std::fmax(best[r], f1(table, r, c));
    }
  }
  return best;
}

std::vector<double> matched_f1(const Contingency& table, const Matching& matching) {
  std::vector<double> scores(table.rows, kNaN);
  for (Index r = 0; r < table.rows; ++r) {
    if (table.row_totals[r] > 0) {
      const std::int32_t cluster = matching.cluster_of_type[r];
      scores[r] = cluster == -1 ? 0.0 : f1(table, r, cluster);
    }
  }
  return scores;
}

Matching best_f1_matching(const Contingency& table) {
  std::vector<double> costs(table.counts.size());
  for (Index r = 0; r < table.rows; ++r) {
    for (Index c = 0; c < table.columns; ++c) {
      costs[r * table.columns + c] = -f1(table, r, c);
    }
  }
  return matching_of(table, cheapest_assignment(costs, table.rows, table.columns));
}

double f_weighted(const Contingency& table) {
  const std::vector<double> best = best_f1(table);
  double sum = 0;
  for (Index r = 0; r < table.rows; ++r) {
    if (table.row_totals[r] > 0) {
      sum += best[r] * static_cast<double>(table.row_totals[r]);
    }
  }
  return sum / static_cast<double>(table.total);
}

double f_matched(const Contingency& table) {
  return f_matched_rare(table, std::numeric_limits<Index>::max()).value_or(kNaN);
}

std::optional<double> f_matched_rare(const Contingency& table, Index below) {
  const std::vector<double> scores = matched_f1(table, best_f1_matching(table));
  double sum = 0;
  Index types = 0;
  for (Index r = 0; r < table.rows; ++r) {
    if (table.row_totals[r] > 0 && table.row_totals[r] < below) {
      sum += scores[r];
      ++types;
    }
  }
  return types > 0 ? std::optional(sum / static_cast<double>(types)) : std::nullopt;
}

}  // namespace mixvae::metrics
