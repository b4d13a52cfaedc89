#pragma once

#include <vector>

#include "metrics/contingency.hpp"

namespace mixvae::metrics {

/// What the values are, which decides what a type's effect on a feature means.
enum class MarkerScale {
  counts,  // effect: log2((mean in + 1) / (mean out + 1)) after scaling each cell to a sum of
           // 10,000
  values   // log-normalised or other values, tested as they are; effect: mean in - mean out
};

/// How each type differs from all other labelled cells in each feature. Arrays [T,D], row-major.
/// NaN for a type without cells or without others to compare with.
struct MarkerStatistics {
  Index types = 0;
  Index features = 0;
  std::vector<double> effect;
  std::vector<double> score;        // of Wilcoxon's rank-sum test; positive: higher in the type
  std::vector<double> p;            // two-sided
  std::vector<double> p_adjusted;   // Benjamini-Hochberg over the features of a type
  std::vector<float> fraction_in;   // fraction of the type's cells with a value above 0
  std::vector<float> fraction_out;  // and of the other cells

  Index at(Index type, Index feature) const { return type * features + feature; }
};

/// Statistics of each type in [0, types) against the rest, for each column of x [N,D]; cells
/// labelled -1 are left out. Sparse input stays sparse (one transposed copy). Throws InputError
/// when no cell has a label; Bug when lengths differ or a label is out of range.
MarkerStatistics marker_statistics(const Matrix& x, Labels labels, Index types, MarkerScale scale);

/// The features that mark each type [T][<= n]: positive effect and score, by falling score, then
/// falling effect, then order.
std::vector<std::vector<Index>> top_markers(const MarkerStatistics& statistics, Index n);

}  // namespace mixvae::metrics
