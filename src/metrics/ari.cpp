#include "metrics/ari.hpp"

namespace mixvae::metrics {
namespace {

double pairs(Index count) {
  return 0.5 * static_cast<double>(count) * (static_cast<double>(count) - 1.0);
}

double pairs_within(const std::vector<Index>& counts) {
  double sum = 0;
  for (const Index count : counts) {
    sum += pairs(count);
  }
  return sum;
}

}  // namespace

double ari(const Contingency& table) {
  const double together = pairs_within(table.counts);
  const double row_pairs = pairs_within(table.row_totals);
  const double column_pairs = pairs_within(table.column_totals);
  if (together == row_pairs && together == column_pairs) {
    return 1.0;
  }
  const double expected = row_pairs * (column_pairs / pairs(table.total));
  return (together - expected) / (0.5 * (row_pairs + column_pairs) - expected);
}

}  // namespace mixvae::metrics
