#include "data/io/feature_types.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/prepare/type_libraries.hpp"

namespace mixvae {
namespace {

using Types = std::vector<std::string>;

/// The type of each feature, [D]; empty where the data have none.
Types types_of_features(const Dataset& dataset) {
  Types types;
  if (const Column* column = dataset.features.find(kFeatureTypes)) {
    const Categorical labels = as_labels(*column);
    for (Index f = 0; f < dataset.feature_count(); ++f) {
      types.emplace_back(labels.label(f));
    }
  }
  return types;
}

Types distinct_types(Types types) {
  std::ranges::sort(types, natural_less);
  const auto repeated = std::ranges::unique(types);
  types.erase(repeated.begin(), repeated.end());
  return types;
}

std::string name_of_type(const std::string& type) { return type.empty() ? "no type" : type; }

/// "40 Gene Expression, 6 Antibody Capture"
std::string counted_types(const Types& chosen, const Types& of_features) {
  Types parts;
  for (const std::string& type : chosen) {
    parts.push_back(with_commas(std::ranges::count(of_features, type)) + " " + name_of_type(type));
  }
  return join(parts, ", ");
}

Types listed_types(const std::string& text) {
  Types list;
  std::istringstream stream(text);
  for (std::string type; std::getline(stream, type, ',');) {
    if (!trimmed(type).empty()) {
      list.emplace_back(trimmed(type));
    }
  }
  return list;
}

/// The type that the word means: of that name, else the only one that it is a part of.
std::string meant_type(const std::string& word, const Types& types, const std::string& path) {
  const std::string wanted = lower(word);
  Types with_part;
  for (const std::string& type : types) {
    if (lower(type) == wanted) {
      return type;
    }
    if (lower(type).find(wanted) != std::string::npos) {
      with_part.push_back(type);
    }
  }
  if (with_part.size() == 1) {
    return with_part.front();
  }
  throw InputError(
      {.what = with_part.empty() ? "no feature is of type '" + word + "'"
                                 : "'" + word + "' is a part of several types",
       .where = path,
       .found = types.empty() ? "features without types" : "types: " + join(types, ", "),
       .hint = "choose with --feature-types, or all"});
}

Types chosen_types(const std::string& wanted, const Types& types, const std::string& path) {
  Types chosen;
  if (wanted == "auto") {
    std::ranges::copy_if(types, std::back_inserter(chosen), is_gene_expression);
    return chosen.empty() ? types : chosen;
  }
  for (const std::string& word : listed_types(wanted)) {
    chosen.push_back(meant_type(word, types, path));
  }
  return distinct_types(std::move(chosen));
}

/// Says of data that hold one type only which one, unless it is the usual one.
void note_single_type(Dataset& dataset, const Types& types) {
  if (types.size() == 1 && is_feature_type(types.front()) && !is_gene_expression(types.front())) {
    dataset.source.notes.push_back("All features are of type " + types.front() +
                                   "; they were taken as they are.");
  }
}

void keep_types(Dataset& dataset, const Types& chosen, const Types& of_features) {
  std::vector<Index> kept;
  for (std::size_t f = 0; f < of_features.size(); ++f) {
    if (std::ranges::find(chosen, of_features[f]) != chosen.end()) {
      kept.push_back(static_cast<Index>(f));
    }
  }
  dataset.x = select_columns(dataset.x, kept);
  dataset.features = select_rows(dataset.features, kept);
}

}  // namespace

void choose_feature_types(Dataset& dataset, const std::string& wanted) {
  const Types of_features = types_of_features(dataset);
  const Types types = distinct_types(of_features);
  const bool known = std::ranges::any_of(types, is_feature_type);
  if (wanted == "auto" && (!known || types.size() < 2)) {
    note_single_type(dataset, types);
    return;
  }
  if (wanted == "all") {
    if (known && types.size() > 1) {
      dataset.source.notes.push_back(
          "Features of " + std::to_string(types.size()) +
          " types were taken, as --feature-types says: " + counted_types(types, of_features) + ".");
    }
    return;
  }
  const Types chosen = chosen_types(wanted, types, dataset.source.path);
  if (chosen.size() == types.size()) {
    dataset.source.notes.push_back(
        "Features of " + std::to_string(types.size()) + " types were taken" +
        (wanted == "auto" ? ", none of them gene expression: " : ": ") +
        counted_types(types, of_features) + " (--feature-types chooses).");
    return;
  }
  Types others;
  std::ranges::copy_if(types, std::back_inserter(others), [&](const std::string& type) {
    return std::ranges::find(chosen, type) == chosen.end();
  });
  dataset.source.notes.push_back(
      "Of " + std::to_string(types.size()) + " types of features, " +
      counted_types(chosen, of_features) +
      " were taken; left out: " + counted_types(others, of_features) +
      (wanted == "auto" ? " (--feature-types chooses, 'all' takes everything)." : "."));
  dataset.source.left_out_types = others;
  keep_types(dataset, chosen, of_features);
}

}  // namespace mixvae
