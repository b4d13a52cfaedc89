#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::metrics {

/// One label per cell [N]: codes from 0, -1 for a cell without a label.
using Labels = std::span<const std::int32_t>;

/// How often each label of one labelling meets each label of another: counts [R,C]. By convention
/// rows are the true types and columns the clusters. Rows and columns may be empty (labels that no
/// cell has); every score ignores them.
struct Contingency {
  Index rows = 0;
  Index columns = 0;
  std::vector<Index> counts;         // [R,C]
  std::vector<Index> row_totals;     // [R]
  std::vector<Index> column_totals;  // [C]
  Index total = 0;                   // cells with both labels
  Index left_out = 0;                // cells that lack one or both labels; no score counts them

  Index operator()(Index row, Index column) const { return counts[row * columns + column]; }
};

/// Counts the label pairs of N cells. R and C are one above the highest code, or the given numbers
/// of labels when those are larger. Throws InputError when no cell has both labels; Bug when the
/// lengths differ or a code is below -1.
Contingency contingency(Labels rows, Labels columns, Index row_labels = 0, Index column_labels = 0);

/// The same where clusters are -1 for noise, cells that a method assigns to no cluster (HDBSCAN):
/// such cells count among those of their type and in the total, but in no column (there is always
/// one, which may be empty). So they cost accuracy and F-measures (recall); for ARI and NMI give
/// noise a label of its own instead. Throws InputError when no cell has a type.
Contingency contingency_with_noise(Labels types, Labels clusters);

}  // namespace mixvae::metrics
