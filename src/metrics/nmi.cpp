#include "metrics/nmi.hpp"

#include <algorithm>
#include <cmath>

namespace mixvae::metrics {
namespace {

double entropy(const std::vector<Index>& totals, Index total) {
  double sum = 0;
  for (const Index count : totals) {
    if (count > 0) {
      const double p = static_cast<double>(count) / static_cast<double>(total);
      sum -= p * std::log(p);
    }
  }
  return std::max(sum, 0.0);
}

Index used_labels(const std::vector<Index>& totals) {
  return std::ranges::count_if(totals, [](Index count) { return count > 0; });
}

double mean_entropy(double rows, double columns, NmiNorm norm) {
  switch (norm) {
    case NmiNorm::arithmetic:
      return 0.5 * (rows + columns);
    case NmiNorm::geometric:
      return std::sqrt(rows * columns);
    case NmiNorm::maximum:
      break;
  }
  return std::max(rows, columns);
}

}  // namespace

double mutual_information(const Contingency& table) {
  const auto total = static_cast<double>(table.total);
  double sum = 0;
  for (Index r = 0; r < table.rows; ++r) {
    for (Index c = 0; c < table.columns; ++c) {
      if (const auto both = static_cast<double>(table(r, c)); both > 0) {
        const double independent = static_cast<double>(table.row_totals[r]) *
                                   static_cast<double>(table.column_totals[c]) / total;
        sum += both / total * std::log(both / independent);
      }
    }
  }
  return std::max(sum, 0.0);
}

double nmi(const Contingency& table, NmiNorm norm) {
  const Index row_labels = used_labels(table.row_totals);
  const Index column_labels = used_labels(table.column_totals);
  if (row_labels == 1 || column_labels == 1) {
    return row_labels == column_labels ? 1.0 : 0.0;
  }
  const double scale = mean_entropy(entropy(table.row_totals, table.total),
                                    entropy(table.column_totals, table.total), norm);
  return std::min(mutual_information(table) / scale, 1.0);
}

}  // namespace mixvae::metrics
