#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/channel_kinds.hpp"
#include "data/prepare/feature_list.hpp"
#include "data/prepare/feature_selection.hpp"
#include "data/prepare/feature_statistics.hpp"
#include "data/prepare/preprocessing.hpp"
#include "data/prepare/preprocessing_notes.hpp"
#include "data/prepare/type_libraries.hpp"
#include "data/prepare/value_checks.hpp"
#include "data/prepare/value_kind.hpp"
#include "data/prepare/value_transform.hpp"
#include "data/prepare/values_mark.hpp"

namespace mixvae {
namespace {

/// Largest target of --library-size auto.
constexpr double kLargestAutoLibrary = 1e4;

void require_size(const Dataset& dataset) {
  if (dataset.cell_count() < 2 || dataset.feature_count() < 2) {
    throw InputError({.what = "the data set is too small to learn from",
                      .where = dataset.source.path,
                      .found = std::to_string(dataset.cell_count()) + " cells and " +
                               std::to_string(dataset.feature_count()) + " features",
                      .expected = "at least 2 cells and 2 features"});
  }
}

void require_two_left(std::size_t left, const std::string& what, const Dataset& dataset,
                      const std::string& hint) {
  if (left < 2) {
    throw InputError({.what = "too few " + what + " are left after filtering",
                      .where = dataset.source.path,
                      .found = std::to_string(left),
                      .expected = "at least 2",
                      .hint = hint});
  }
}

/// Median of one type's library sizes of the chosen cells that have any of it.
double median_library(const TypeLibraries& libraries, Index type, std::span<const Index> cells) {
  std::vector<float> sums;
  for (const Index cell : cells) {
    if (libraries.sum(cell, type) != 0) {
      sums.push_back(libraries.sum(cell, type));
    }
  }
  if (sums.empty()) {
    return kLargestAutoLibrary;
  }
  std::ranges::sort(sums);
  const std::size_t half = sums.size() / 2;
  const double upper = sums[half];
  return sums.size() % 2 == 1 ? upper : (static_cast<double>(sums[half - 1]) + upper) / 2;
}

/// The rule behind --normalise auto.
std::string automatic_normalisation(const Dataset& dataset, ValueKind kind) {
  if (!channel_kinds(dataset).empty()) {
    return kind == ValueKind::transformed ? "none" : "arcsinh";
  }
  return suitable_normalisation(kind, smallest_value(dataset.x));
}

/// The same normalisation twice is a mistake, and cells of which it is true are not normalised.
void require_not_normalised(const Preprocessing& fitted, const Dataset& dataset) {
  if (fitted.normalise != "none" && is_normalised_already(fitted, dataset)) {
    throw InputError({.what = "generated cells are normalised already",
                      .where = dataset.source.path + ", annotation " + kValuesMark,
                      .found = generated_mark(fitted),
                      .hint = "use --normalise none"});
  }
}

ValueJudgement judged_for(const Dataset& dataset, const PreprocessingOptions& wanted) {
  return wanted.images ? ValueJudgement{ValueKind::image, "--image-width says so"}
                       : judge_dataset(dataset);
}

/// The settings as far as the values' kind decides them.
Preprocessing resolved(const Dataset& dataset, const PreprocessingOptions& wanted, ValueKind kind) {
  Preprocessing fitted;
  fitted.expected = kind;
  fitted.normalise =
      wanted.normalise == "auto" ? automatic_normalisation(dataset, kind) : wanted.normalise;
  fitted.compensated = dataset.source.compensated;
  fitted.layer = dataset.source.layer;
  fitted.modality = dataset.source.modality;
  fitted.feature_names = dataset.source.feature_names;
  fitted.trust_values = wanted.trust_values;
  require_domain(fitted.normalise, dataset);
  fitted.library_size = wanted.library_size.value_or(kLargestAutoLibrary);
  fitted.cofactor = wanted.cofactor.value_or(suitable_cofactor(dataset));
  fitted.min_features = wanted.min_features;
  fitted.scale = wanted.scale;
  fitted.source_features = dataset.feature_count();
  fitted.features_unnamed = dataset.source.features_unnamed;
  return fitted;
}

void require_expression(const Preprocessing& fitted, const Dataset& dataset) {
  if (fitted.normalise == "arcsinh" || fitted.expected == ValueKind::scaled ||
      fitted.expected == ValueKind::transformed || fitted.expected == ValueKind::image) {
    throw InputError(
        {.what = "dispersion needs expression values",
         .where = dataset.source.path,
         .found = describe(fitted.expected) + " with normalisation " + fitted.normalise,
         .expected = "counts, linear or log-normalised values",
         .hint = "use --select variance"});
  }
}

/// Scaling of one feature from its statistics: what is subtracted, and what the rest is divided by
/// (1 for a constant).
std::pair<float, float> scaling(const std::string& scale, const FeatureStatistics& statistics,
                                std::size_t feature) {
  if (scale == "half") {
    const auto root = static_cast<float>(std::sqrt(std::sqrt(statistics.variance[feature])));
    return {0.0F, root > 0 ? root : 1.0F};
  }
  const float range = statistics.maximum[feature] - statistics.minimum[feature];
  return {statistics.minimum[feature], range > 0 ? range : 1.0F};
}

/// Learns a preprocessing step by step; `fitted` holds what is known so far.
class Fitting {
 public:
  Fitting(const Dataset& dataset, const PreprocessingOptions& wanted)
      : dataset_(dataset),
        wanted_(wanted),
        judgement_(judged_for(dataset, wanted)),
        fitted_(resolved(dataset, wanted, judgement_.kind)) {}

  bool needs_library() const { return ValueTransform(fitted_).needs_library(); }

  Preprocessing run() {
    cells_ = kept_cells(dataset_, wanted_.min_features);
    require_two_left(cells_.size(), "cells", dataset_, "lower --min-features");
    fit_library();
    require_not_normalised(fitted_, dataset_);
    fitted_.notes.push_back(normalisation_note(fitted_, wanted_, judgement_));
    if (judgement_.kind == ValueKind::image && wanted_.normalise == "auto" &&
        wanted_.scale == "none") {
      fitted_.notes.emplace_back("pixels keep their range; --scale common brings it to [0, 1]");
    }
    if (const auto counts = counts_beside_note(dataset_, judgement_.kind)) {
      fitted_.notes.push_back(*counts);
    }
    std::ranges::move(unused_option_notes(fitted_, wanted_), std::back_inserter(fitted_.notes));
    const FeatureStatistics statistics = normalised_statistics();
    fit_features(statistics);
    if (fitted_.scale != "none") {
      fit_scaling(statistics);
    }
    require_zeros_kept(fitted_, dataset_);
    return std::move(fitted_);
  }

 private:
  void fit_library() {
    if (!needs_library()) {
      return;
    }
    TypeLibraries libraries = type_libraries(dataset_);
    const auto target = [&](Index type) {
      return wanted_.library_size.value_or(
          std::min(kLargestAutoLibrary, median_library(libraries, type, cells_)));
    };
    fitted_.types = libraries.types;
    for (std::size_t g = 0; g < libraries.types.size(); ++g) {
      fitted_.type_library.push_back(target(static_cast<Index>(g)));
    }
    fitted_.library_size = fitted_.types.empty() ? target(0) : fitted_.type_library.front();
    divisors_ = Divisors(std::move(libraries), fitted_);
  }

  FeatureStatistics normalised_statistics() const {
    const ValueTransform transform(fitted_);
    return feature_statistics(dataset_.x, cells_, [&](Index row, Index column, float raw) {
      return transform.normalised(raw, divisors_(row, column));
    });
  }

  FeatureStatistics linear_statistics() const {
    require_expression(fitted_, dataset_);
    const ValueTransform transform(fitted_);
    return feature_statistics(dataset_.x, cells_, [&](Index row, Index column, float raw) {
      const auto normalised =
          static_cast<double>(transform.normalised(raw, divisors_(row, column)));
      return static_cast<float>(transform.linear(normalised));
    });
  }

  void fit_features(const FeatureStatistics& statistics) {
    std::vector<std::string> repeated;
    const std::vector<std::string> names = unique_names(dataset_.features.names, repeated);
    const FeatureFacts facts{names, statistics, [this] { return linear_statistics(); }};
    std::vector<Index> eligible = eligible_features(facts, wanted_);
    if (chooses_by_rule(wanted_.features)) {
      keep_markers(eligible);
    }
    require_two_left(eligible.size(), "features", dataset_,
                     "relax --min-cells, --low-quantile and --exclude");
    fitted_.positions = choose_features(facts, eligible, wanted_, fitted_.notes);
    require_two_left(fitted_.positions.size(), "features", dataset_, "choose more with --features");
    for (const Index f : fitted_.positions) {
      fitted_.features.push_back(names[at(f)]);
    }
  }

  /// The range that all chosen features have together, for each of them.
  void fit_common_scaling(const FeatureStatistics& statistics) {
    float minimum = std::numeric_limits<float>::infinity();
    float maximum = -minimum;
    for (const Index f : fitted_.positions) {
      minimum = std::min(minimum, statistics.minimum[at(f)]);
      maximum = std::max(maximum, statistics.maximum[at(f)]);
    }
    fitted_.minimum.assign(fitted_.positions.size(), minimum);
    fitted_.range.assign(fitted_.positions.size(), maximum > minimum ? maximum - minimum : 1.0F);
  }

  /// Leaves out the channels that are no markers.
  void keep_markers(std::vector<Index>& eligible) {
    const std::vector<Index> markers = marker_features(dataset_);
    if (static_cast<Index>(markers.size()) == dataset_.feature_count()) {
      return;
    }
    std::erase_if(eligible, [&](Index f) { return !std::ranges::binary_search(markers, f); });
    fitted_.notes.push_back(std::to_string(markers.size()) + " of " +
                            std::to_string(dataset_.feature_count()) +
                            " channels are markers; left out: " + left_out_by_kind(dataset_) +
                            " (--features chooses others)");
  }

  void fit_scaling(const FeatureStatistics& statistics) {
    if (fitted_.scale == "common") {
      fit_common_scaling(statistics);
      return;
    }
    for (const Index f : fitted_.positions) {
      const auto [minimum, range] = scaling(fitted_.scale, statistics, at(f));
      fitted_.minimum.push_back(minimum);
      fitted_.range.push_back(range);
    }
  }

  const Dataset& dataset_;
  const PreprocessingOptions& wanted_;
  ValueJudgement judgement_;
  Preprocessing fitted_;
  std::vector<Index> cells_;
  Divisors divisors_;
};

/// The columns whose values matter whatever they are: those that features are chosen from.
std::vector<bool> used_columns(const Dataset& dataset, const PreprocessingOptions& wanted) {
  std::vector<std::string> repeated;
  const std::vector<std::string> names = unique_names(dataset.features.names, repeated);
  std::vector<bool> used = named_by_options(names, wanted);
  if (chooses_by_rule(wanted.features)) {
    const std::vector<Index> markers = marker_features(dataset);
    for (Index f = 0; f < dataset.feature_count(); ++f) {
      used[at(f)] = used[at(f)] && std::ranges::binary_search(markers, f);
    }
  }
  return used;
}

}  // namespace

Preprocessing fit_preprocessing(const Dataset& dataset, const PreprocessingOptions& wanted) {
  require_size(dataset);
  if (!holds_non_finite(dataset.x)) {
    return Fitting(dataset, wanted).run();
  }
  require_finite(dataset, used_columns(dataset, wanted));
  const Dataset cleaned = without_non_finite(dataset);
  Fitting fitting(cleaned, wanted);
  if (fitting.needs_library()) {  // sums over all features
    require_finite(dataset, std::vector<bool>(at(dataset.feature_count()), true));
  }
  return fitting.run();
}

}  // namespace mixvae
