#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/prepare/feature_statistics.hpp"
#include "data/prepare/preprocessing.hpp"

namespace mixvae {

/// --features auto keeps every feature up to this many, and otherwise this many of the best.
inline constexpr Index kAutoFeatures = 2000;

/// Everything a choice of features looks at. All spans have one entry per feature.
struct FeatureFacts {
  std::span<const std::string> names;
  const FeatureStatistics& normalised;  // of the normalised values
  std::function<FeatureStatistics()> linear =
      {};  // of the values on a linear scale; called for dispersion only
};

/// Features that are left after --exclude, --min-cells and --low-quantile, in their order. The
/// quantiles, of the sums and of the variances of all features, interpolate linearly.
std::vector<Index> eligible_features(const FeatureFacts& facts, const PreprocessingOptions& wanted);

/// The features that --features and --exclude name, marked, [D]; for a rule or "all", whatever is
/// not excluded.
std::vector<bool> named_by_options(std::span<const std::string> names,
                                   const PreprocessingOptions& wanted);

/// Whether --features leaves the choice to a rule (auto, a number) instead of naming features.
bool chooses_by_rule(const std::string& features);

/// The chosen features among the eligible ones, in the order of the data, by --features and
/// --select; what was noticed goes to `notes`. Ties go to the feature that stands first. Throws
/// InputError for a list that cannot be read or matches nothing.
std::vector<Index> choose_features(const FeatureFacts& facts, std::span<const Index> eligible,
                                   const PreprocessingOptions& wanted,
                                   std::vector<std::string>& notes);

/// Normalised dispersion of highly variable genes: ln(variance / mean) of linear values,
/// standardised within 20 bins of equal width over ln(1 + mean); a bin with a single feature gives
/// 1, features without dispersion give -infinity. (Satija et al., Nature Biotechnology 33:495,
/// 2015, as in scanpy's flavor "seurat": Wolf et al., Genome Biology 19:15, 2018.)
std::vector<double> normalised_dispersion(std::span<const double> mean,
                                          std::span<const double> variance);

}  // namespace mixvae
