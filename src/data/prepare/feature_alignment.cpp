#include "data/prepare/feature_alignment.hpp"

#include <algorithm>
#include <unordered_map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/prepare/feature_list.hpp"

namespace mixvae {
namespace {

FeatureAlignment align_by_position(const Preprocessing& preprocessing, const Dataset& dataset) {
  if (dataset.feature_count() != preprocessing.source_features) {
    throw InputError({.what = "features without names cannot be aligned with the model's",
                      .where = dataset.source.path,
                      .found = with_commas(dataset.feature_count()) + " columns",
                      .expected = with_commas(preprocessing.source_features) +
                                  " columns, in the order of the training data",
                      .hint = "use files that name their features"});
  }
  return {preprocessing.positions,
          {"features are aligned by position, because they have no names"}};
}

std::unordered_map<std::string, Index> column_of_name(const Dataset& dataset,
                                                      std::vector<std::string>& notes) {
  std::vector<std::string> repeated;
  std::vector<std::string> names = unique_names(dataset.features.names, repeated);
  if (!repeated.empty()) {
    notes.push_back(std::to_string(repeated.size()) +
                    " feature names occur more than once; a number was added to the later ones: " +
                    join(first_n(repeated, 5), ", "));
  }
  std::unordered_map<std::string, Index> columns;
  for (std::size_t c = 0; c < names.size(); ++c) {
    columns.emplace(std::move(names[c]), static_cast<Index>(c));
  }
  return columns;
}

std::string listing(const std::vector<std::string>& names) {
  return join(first_n(names, 5), ", ") + (names.size() > 5 ? ", ..." : "");
}

void refuse_too_few(const Preprocessing& preprocessing, const Dataset& dataset,
                    const std::vector<std::string>& missing, double minimum_found) {
  const std::size_t found = preprocessing.features.size() - missing.size();
  throw InputError({.what = "too few of the model's features are in the data",
                    .where = dataset.source.path,
                    .found = std::to_string(found) + " of " +
                             std::to_string(preprocessing.features.size()) +
                             "; missing: " + listing(missing),
                    .expected = "at least " + shortest(100 * minimum_found) + " %",
                    .hint = "the data name their features such as " +
                            listing(first_n(dataset.features.names, 3)) + ", the model such as " +
                            listing(first_n(preprocessing.features, 3)) +
                            "; --min-shared sets the least share"});
}

FeatureAlignment align_by_name(const Preprocessing& preprocessing, const Dataset& dataset,
                               double minimum_found) {
  FeatureAlignment alignment;
  const auto columns = column_of_name(dataset, alignment.notes);
  std::vector<std::string> missing;
  for (const std::string& name : preprocessing.features) {
    const auto found = columns.find(name);
    alignment.columns.push_back(found == columns.end() ? -1 : found->second);
    if (found == columns.end()) {
      missing.push_back(name);
    }
  }
  const auto total = static_cast<double>(preprocessing.features.size());
  if (total - static_cast<double>(missing.size()) < minimum_found * total) {
    refuse_too_few(preprocessing, dataset, missing, minimum_found);
  }
  if (!missing.empty()) {
    alignment.notes.push_back(
        std::to_string(missing.size()) + " of the model's " +
        std::to_string(preprocessing.features.size()) +
        " features are not in the data and were taken as zero: " + listing(missing));
  }
  if (missing.empty() && !std::ranges::is_sorted(alignment.columns)) {
    alignment.notes.emplace_back(
        "features stand in another order than in training; aligned by name");
  }
  return alignment;
}

}  // namespace

FeatureAlignment align_features(const Preprocessing& preprocessing, const Dataset& dataset,
                                double minimum_found) {
  if (preprocessing.features_unnamed || dataset.source.features_unnamed) {
    return align_by_position(preprocessing, dataset);
  }
  return align_by_name(preprocessing, dataset, minimum_found);
}

}  // namespace mixvae
