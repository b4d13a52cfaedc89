#pragma once

#include <cstdint>
#include <vector>

#include "metrics/markers.hpp"

namespace mixvae::metrics {

/// Numbers [T,D] of types and features, row-major. NaN for types without cells.
struct TypeTable {
  Index types = 0;
  Index features = 0;
  std::vector<double> values;

  double operator()(Index type, Index feature) const { return values[type * features + feature]; }
};

/// Mean of each feature over the cells of each type, of the values as they are, or of ln(1 + 10,000
/// x / sum of the cell) for counts. Cells labelled -1 are left out. Throws Bug when lengths differ
/// or a label is out of range.
TypeTable type_means(const Matrix& x, Labels labels, Index types, MarkerScale scale);

/// How far the mean of a type lies from those of the others: (m - mean) / (sd + 0.1), mean and sd
/// over the types that have cells, each type counting once. The 0.1, in the units of the means,
/// keeps features that hardly differ from weighing as much as those that do.
TypeTable type_contrasts(const TypeTable& means);

/// A cell type by the features that are high or low in it.
struct Signature {
  std::vector<Index> up;
  std::vector<Index> down;
};

struct SignatureOptions {
  Index permutations = 1000;
  std::uint64_t seed = 0;
};

/// Fewest features, that differ between types, among which permutations make a p value.
inline constexpr Index kPermutedFeatures = 100;

/// How well signatures suit types.
struct SignatureScores {
  Index types = 0;
  Index signatures = 0;
  std::vector<double> scores;  // [T,C] mean over a signature's features of the contrast, with the
                               // sign turned for those that are low
  std::vector<double> p;       // [T] how often the best of the signatures scores as high when their
                               // features stand for others at random; NaN: too few features

  double operator()(Index type, Index signature) const {
    return scores[type * signatures + signature];
  }
};

/// Scores of all signatures, each of which has a feature. For p all features of the signatures are
/// replaced together, one to one, by random ones of those whose contrasts differ: p = (1 + number
/// of permutations whose highest score of the type reaches its best score) / (1 + permutations),
/// which holds for the best of all signatures (Westfall and Young, Resampling-Based Multiple
/// Testing, 1993, single-step max T).
SignatureScores signature_scores(const TypeTable& contrasts,
                                 const std::vector<Signature>& signatures,
                                 const SignatureOptions& options);

}  // namespace mixvae::metrics
