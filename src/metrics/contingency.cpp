#include "metrics/contingency.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace mixvae::metrics {
namespace {

Index label_count(Labels labels, Index at_least) {
  Index count = at_least;
  for (const std::int32_t code : labels) {
    MIXVAE_ASSERT(code >= -1, "a label code is below -1");
    count = std::max<Index>(count, Index{code} + 1);
  }
  return count;
}

void require_labelled(const Contingency& table, std::size_t cells) {
  if (table.total == 0) {
    throw InputError({.what = "no cell has both labels, so the labellings cannot be compared",
                      .found = std::to_string(cells) + " cells, each missing at least one label",
                      .expected = "at least one cell with a label on both sides",
                      .hint = "check that the label column belongs to these cells"});
  }
}

Contingency counted(Labels rows, Labels columns, Index row_labels, Index column_labels) {
  MIXVAE_ASSERT(rows.size() == columns.size(), "two labellings of different length");
  Contingency table;
  table.rows = label_count(rows, row_labels);
  table.columns = label_count(columns, column_labels);
  table.counts.resize(table.rows * table.columns);
  table.row_totals.resize(table.rows);
  table.column_totals.resize(table.columns);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] < 0 || columns[i] < 0) {
      ++table.left_out;
      continue;
    }
    ++table.counts[rows[i] * table.columns + columns[i]];
    ++table.row_totals[rows[i]];
    ++table.column_totals[columns[i]];
    ++table.total;
  }
  return table;
}

}  // namespace

Contingency contingency(Labels rows, Labels columns, Index row_labels, Index column_labels) {
  Contingency table = counted(rows, columns, row_labels, column_labels);
  require_labelled(table, rows.size());
  return table;
}

Contingency contingency_with_noise(Labels types, Labels clusters) {
  Contingency table = counted(types, clusters, 0, 1);
  for (std::size_t cell = 0; cell < types.size(); ++cell) {
    if (types[cell] >= 0 && clusters[cell] < 0) {
      ++table.row_totals[types[cell]];
      ++table.total;
      --table.left_out;
    }
  }
  require_labelled(table, types.size());
  return table;
}

}  // namespace mixvae::metrics
