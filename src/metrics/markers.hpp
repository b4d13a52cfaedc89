#pragma once

#include <vector>

#include "metrics/contingency.hpp"

namespace mixvae::metrics {

/// What the values are, which decides how types are compared in a feature.
enum class MarkerScale {
  counts,   // effect: log2((mean in + 1) / (mean out + 1)) after scaling each cell to a sum of
            // 10,000
  values,   // log-normalised or other values, tested as they are; effect: mean in - mean out
  channels  // of a cytometer, transformed; as values, but with medians in place of fractions
};

/// How each type differs from all other labelled cells in each feature. Arrays [T,D], row-major.
/// NaN for a type without cells or without others to compare with. P values are kept as decimal
/// logarithms: in large data sets they are smaller than any double.
struct MarkerStatistics {
  Index types = 0;
  Index features = 0;
  MarkerScale scale = MarkerScale::values;
  std::vector<double> effect;
  std::vector<double> score;    // of Wilcoxon's rank-sum test; positive: higher in the type
  std::vector<double> log10_p;  // two-sided
  std::vector<double> log10_p_adjusted;  // Benjamini-Hochberg over the features of a type
  std::vector<float> fraction_in;        // fraction of the type's cells with a value above 0
  std::vector<float> fraction_out;       // and of the other cells; both empty for channels
  std::vector<double> median_in;         // of the type's cells
  std::vector<double> median_out;        // and of the other cells; both for channels alone

  Index at(Index type, Index feature) const { return type * features + feature; }
};

/// Statistics of each type in [0, types) against the rest, for each column of x [N,D]; cells
/// labelled -1 are left out. Sparse input stays sparse (one transposed copy). Throws InputError
/// when no cell has a label; Bug when lengths differ or a label is out of range.
MarkerStatistics marker_statistics(const Matrix& x, Labels labels, Index types, MarkerScale scale);

/// Which features mark a type: those that are higher in it than in the other cells, lower, or both.
enum class MarkerLevel { high, low, both };

/// The features that mark each type [T][<= n]: score and effect of the wanted sign, by falling
/// size of the score, then of the effect, then order.
std::vector<std::vector<Index>> top_markers(const MarkerStatistics& statistics, Index n,
                                            MarkerLevel level);

}  // namespace mixvae::metrics
