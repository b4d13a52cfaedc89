#pragma once

#include <string>
#include <vector>

#include "analysis/marker_table.hpp"
#include "analysis/traversal.hpp"
#include "data/table.hpp"

namespace mixvae::analysis {

/// Features that belong together: a gene set.
struct FeatureSet {
  std::string name = {};
  std::vector<Index> features = {};  // places, at least one
};

struct FeatureSets {
  std::vector<FeatureSet> sets = {};       // those of which a feature is known
  std::vector<std::string> unknown = {};   // names that no feature has
  std::vector<std::string> left_out = {};  // sets without a known feature
};

/// Finds sets among features, by their names or by an annotation, as markers are (find_markers);
/// `down` of a row is not read.
FeatureSets find_feature_sets(const std::vector<MarkedType>& table,
                              const std::vector<std::string>& features, const Table& annotations);

/// Throws InputError naming `where` when no set has a known feature.
void require_feature_sets(const FeatureSets& found, const std::vector<std::string>& features,
                          const std::string& where);

/// How a set of features moves along a walk: means over its features, those without a number left
/// out.
struct SetEffect {
  double rank = 0;      // place in the walk's order, from 1; of a random set (D + 1) / 2
  double in_sd = 0;     // effect in standard deviations
  double size = 0;      // of that without its sign
  double monotone = 0;  // Spearman's correlation with the step
};

SetEffect set_effect(const StateWalk& walk, const FeatureSet& set);

}  // namespace mixvae::analysis
