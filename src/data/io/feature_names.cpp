#include "data/io/feature_names.hpp"

#include "base/index.hpp"
#include "base/text.hpp"
#include "data/prepare/feature_list.hpp"

namespace mixvae {
namespace {

/// Names of features without repetition, said.
void make_names_unique(Dataset& dataset) {
  std::vector<std::string> repeated;
  std::vector<std::string> names = unique_names(dataset.features.names, repeated);
  if (!repeated.empty()) {
    dataset.source.notes.push_back(with_commas(static_cast<Index>(repeated.size())) +
                                   " feature names are repeated; a number was added to the later "
                                   "ones, as in '" +
                                   repeated.front() + "-1': " + join(first_n(repeated, 5), ", ") +
                                   (repeated.size() > 5 ? ", ..." : "") + ".");
    dataset.features.names = std::move(names);
  }
}

/// Takes the names from an annotation.
void take_names(Dataset& dataset, const std::string& column) {
  Table& features = dataset.features;
  const Categorical labels = as_labels(
      require_column(features, column, dataset.source.path + ", annotations of the features"));
  const std::vector<std::string> own = features.names;
  Index unnamed = 0;
  for (Index f = 0; f < features.rows(); ++f) {
    const std::string_view label = labels.label(f);
    unnamed += label.empty() ? 1 : 0;
    features.names[at(f)] = label.empty() ? own[at(f)] : std::string(label);
  }
  features.set({kNamesInFile, own});
  dataset.source.feature_names = column;
  dataset.source.features_unnamed = false;
  if (unnamed > 0) {
    dataset.source.notes.push_back(with_commas(unnamed) + " features have no '" + column +
                                   "' and keep the name that the file gives them.");
  }
}

}  // namespace

void name_features(Dataset& dataset, const std::string& column) {
  if (column != kOwnNames) {
    take_names(dataset, column);
  }
  make_names_unique(dataset);
}

}  // namespace mixvae
