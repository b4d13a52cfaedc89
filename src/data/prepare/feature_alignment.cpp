#include "data/prepare/feature_alignment.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/feature_names.hpp"
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

/// An annotation of the data's features that they could be named by.
struct OtherNames {
  std::string annotation;
  std::size_t shared = 0;  // of the model's features are among its values
};

/// The annotation that shares most with the model's features.
OtherNames best_other_names(const Preprocessing& preprocessing, const Dataset& dataset) {
  const std::unordered_set<std::string_view> wanted(preprocessing.features.begin(),
                                                    preprocessing.features.end());
  OtherNames best;
  for (const Column& column : dataset.features.columns) {
    const Categorical labels = as_labels(column);
    const auto shared = static_cast<std::size_t>(std::ranges::count_if(
        labels.categories, [&wanted](const std::string& name) { return wanted.contains(name); }));
    if (shared > best.shared) {
      best = {column.name, shared};
    }
  }
  return best;
}

/// Other names are worth a hint where they share far more than those that were taken.
bool is_far_better(const OtherNames& other, std::size_t found, std::size_t all) {
  return other.shared > 2 * found && 10 * other.shared >= all;
}

/// "--feature-names symbol: 'symbol' of the data's features has 1834 of 2000", and the --min-shared
/// that these need.
std::string hint_to_rename(const OtherNames& other, std::size_t all, double minimum_found) {
  const double share = static_cast<double>(other.shared) / static_cast<double>(all);
  const std::string has = std::to_string(other.shared) + " of " + std::to_string(all);
  const std::string hint =
      other.annotation == kNamesInFile
          ? std::string("--feature-names ") + kOwnNames + ": the names in the file have " + has
          : "--feature-names " + shell_quoted(other.annotation) + ": '" + other.annotation +
                "' of the data's features has " + has;
  return share >= minimum_found
             ? hint
             : hint + ", with --min-shared " + shortest(std::floor(100 * share) / 100);
}

std::string hint_of_examples(const Preprocessing& preprocessing, const Dataset& dataset) {
  return "the data name their features such as " + listing(first_n(dataset.features.names, 3)) +
         ", the model such as " + listing(first_n(preprocessing.features, 3));
}

[[noreturn]] void refuse_too_few(const Preprocessing& preprocessing, const Dataset& dataset,
                                 const std::vector<std::string>& missing, double minimum_found) {
  const std::size_t all = preprocessing.features.size();
  const std::size_t found = all - missing.size();
  const OtherNames other = best_other_names(preprocessing, dataset);
  std::string hint = hint_of_examples(preprocessing, dataset);
  if (is_far_better(other, found, all)) {
    hint = hint_to_rename(other, all, minimum_found) + "; " + hint;
  } else if (found > 0) {
    hint += "; --min-shared sets the least share";
  }
  throw InputError(
      {.what = found == 0 ? "none of the model's features is in the data"
                          : "too few of the model's features are in the data",
       .where = dataset.source.path,
       .found =
           std::to_string(found) + " of " + std::to_string(all) + "; missing: " + listing(missing),
       .expected = "at least " +
                   (minimum_found > 0 ? shortest(100 * minimum_found) + " %" : std::string("one")),
       .hint = hint});
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
  const auto found = total - static_cast<double>(missing.size());
  if (found < std::max(minimum_found * total, 1.0)) {
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
