#include "fit/weak_labels.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/nearest_hint.hpp"
#include "base/text.hpp"
#include "cluster/label_spreading.hpp"
#include "data/label_column.hpp"
#include "metrics/accuracy.hpp"
#include "metrics/contingency.hpp"

namespace mixvae::fit {
namespace {

struct Signature {
  std::string feature;
  std::string type;
};

Signature signature_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw UsageError({.what = "a marker gene of --signatures cannot be understood",
                      .found = "'" + text + "'",
                      .expected = "FEATURE=TYPE, such as Lpl=heart"});
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

/// [N] whether each cell's raw value of a feature is above the feature's mean.
std::vector<bool> above_mean(const Dataset& dataset, const std::string& feature) {
  const auto found = std::ranges::find(dataset.features.names, feature);
  if (found == dataset.features.names.end()) {
    throw InputError({.what = "the data do not have this marker gene of --signatures",
                      .where = dataset.source.path,
                      .found = feature,
                      .hint = nearest_hint(feature, dataset.features.names)});
  }
  const std::vector<Index> column{found - dataset.features.names.begin()};
  const DenseMatrix values = to_dense(select_columns(dataset.x, column));
  double mean = 0;
  for (const float value : values.values) {
    mean += static_cast<double>(value) / static_cast<double>(values.rows);
  }
  std::vector<bool> above;
  above.reserve(values.values.size());
  for (const float value : values.values) {
    above.push_back(static_cast<double>(value) > mean);
  }
  return above;
}

/// The type of cells with exactly one signature, as labels.
Categorical signature_labels(const std::vector<std::string>& texts, const Dataset& dataset) {
  std::vector<std::string> labels(at(dataset.cell_count()));
  std::vector<int> counts(labels.size(), 0);
  for (const std::string& text : texts) {
    const Signature signature = signature_of(text);
    const std::vector<bool> above = above_mean(dataset, signature.feature);
    for (std::size_t n = 0; n < labels.size(); ++n) {
      if (above[n]) {
        labels[n] = ++counts[n] == 1 ? signature.type : std::string();
      }
    }
  }
  return labels_with_missing(labels);
}

/// Labels whose empty texts are missing, with the remaining categories numbered from 0.
Categorical known_labels(const Categorical& labels) {
  std::vector<std::string> texts;
  for (std::size_t n = 0; n < labels.codes.size(); ++n) {
    texts.emplace_back(labels.codes[n] < 0 ? "" : labels.label(static_cast<Index>(n)));
  }
  return labels_with_missing(texts);
}

Categorical source_labels(const WeakLabelOptions& options, const Dataset& dataset) {
  return options.signatures.empty()
             ? known_labels(label_column(dataset.cells, options.known_types, dataset.source.path))
             : signature_labels(options.signatures, dataset);
}

/// The number that each cluster [K] takes: that of the known type it is matched to, else one that
/// is free.
std::vector<std::int32_t> numbers_of_clusters(const std::vector<std::int32_t>& known,
                                              const std::vector<std::int32_t>& clusters,
                                              Index types) {
  const metrics::Contingency table = metrics::contingency(known, clusters, types, types);
  std::vector<std::int32_t> numbers = metrics::best_matching(table).type_of_cluster;
  std::vector<bool> taken(at(types), false);
  for (const std::int32_t number : numbers) {
    if (number >= 0) {
      taken[at(number)] = true;
    }
  }
  std::vector<bool> is_known(at(types), false);
  for (const std::int32_t type : known) {
    if (type >= 0) {
      is_known[at(type)] = true;
    }
  }
  std::vector<std::int32_t> open;
  for (const bool wanted : {false, true}) {
    for (Index k = 0; k < types; ++k) {
      if (!taken[at(k)] && is_known[at(k)] == wanted) {
        open.push_back(static_cast<std::int32_t>(k));
      }
    }
  }
  auto next = open.begin();
  for (std::int32_t& number : numbers) {
    number = number >= 0 ? number : *next++;
  }
  return numbers;
}

/// Known cells of each type.
std::vector<Index> known_sizes(const std::vector<std::int32_t>& known, Index types) {
  std::vector<Index> sizes(at(types), 0);
  for (const std::int32_t type : known) {
    if (type >= 0) {
      ++sizes[at(type)];
    }
  }
  return sizes;
}

/// How many known cells, of those whose type is known of another cell too, are told rightly.
Index rightly_told(const std::vector<std::int32_t>& known, const std::vector<Index>& sizes,
                   const std::vector<std::int32_t>& told) {
  Index right = 0;
  for (std::size_t n = 0; n < known.size(); ++n) {
    right += known[n] >= 0 && sizes[at(known[n])] > 1 && told[n] == known[n] ? 1 : 0;
  }
  return right;
}

/// Cells of the known types, or of none, take the spread type.
void take_spread_types(const std::vector<std::int32_t>& spread, const std::vector<Index>& sizes,
                       std::vector<std::int32_t>& arm) {
  for (std::size_t n = 0; n < arm.size(); ++n) {
    if (spread[n] >= 0 && (arm[n] < 0 || sizes[at(arm[n])] > 0)) {
      arm[n] = spread[n];
    }
  }
}

}  // namespace

Options options(WeakLabelOptions& weak) {
  return {
      {.name = "known-types",
       .target = &weak.known_types,
       .meaning = "annotation with the types of the cells whose type is known, empty for the "
                  "others; the model learns from them",
       .placeholder = "COLUMN"},
      {.name = "signatures",
       .target = &weak.signatures,
       .meaning = "marker genes of types, for example Lpl=heart,Miox=kidney: a cell whose value is "
                  "above the mean for exactly one of them counts as known to be of that type"},
      {.name = "reference-prior",
       .target = &weak.reference_prior,
       .meaning = "file with probabilities of types for each cell: a row for each cell, joined by "
                  "name, a column for each type; the model is held to them (--prior-weight)",
       .placeholder = "FILE"},
  };
}

std::vector<std::int32_t> known_types(const WeakLabelOptions& options, const Dataset& dataset,
                                      const std::vector<Index>& kept, std::int64_t types) {
  if (options.known_types.empty() && options.signatures.empty()) {
    return {};
  }
  if (!options.known_types.empty() && !options.signatures.empty()) {
    throw UsageError({.what = "known types come from an annotation or from signatures, not both",
                      .hint = "give --known-types or --signatures"});
  }
  const Categorical labels = source_labels(options, dataset);
  const auto count = static_cast<std::int64_t>(labels.categories.size());
  if (count > types) {
    throw UsageError({.what = "more types are known than are looked for",
                      .found = std::to_string(count) + " known types",
                      .expected = "at most --types " + std::to_string(types)});
  }
  std::vector<std::int32_t> known;
  known.reserve(kept.size());
  for (const Index row : kept) {
    known.push_back(labels.codes[at(row)]);
  }
  if (std::ranges::all_of(known, [](std::int32_t type) { return type < 0; })) {
    throw InputError({.what = "no cell has a known type",
                      .where = dataset.source.path,
                      .hint = "look at the annotation of --known-types, or at the --signatures"});
  }
  return known;
}

std::vector<std::string> names_of_known_types(const WeakLabelOptions& options,
                                              const Dataset& dataset) {
  return options.known_types.empty() && options.signatures.empty()
             ? std::vector<std::string>{}
             : source_labels(options, dataset).categories;
}

void follow_known_types(const std::vector<std::int32_t>& known, Index types, double balance,
                        const cluster::Neighbours& graph, StartingTypes& start) {
  const std::vector<Index> sizes = known_sizes(known, types);
  const bool all_known = std::ranges::none_of(known, [](std::int32_t type) { return type < 0; });
  std::vector<std::int32_t> spread;
  Index by_spreading = 0;
  if (!all_known) {
    spread = cluster::spread_labels(graph, known, types);
    by_spreading = rightly_told(known, sizes, cluster::held_out_labels(graph, known, types));
  }
  for (std::size_t a = 0; a < start.types.size(); ++a) {
    std::vector<std::int32_t>& arm = start.types[a];
    const std::vector<std::int32_t> numbers = numbers_of_clusters(known, arm, types);
    std::ranges::transform(arm, arm.begin(), [&](std::int32_t cluster) {
      return cluster < 0 ? -1 : numbers[at(cluster)];
    });
    if (by_spreading > rightly_told(known, sizes, arm)) {
      take_spread_types(spread, sizes, arm);
    }
    for (std::size_t n = 0; n < known.size(); ++n) {
      arm[n] = known[n] >= 0 ? known[n] : arm[n];
    }
    start.weights[a] = balanced_weights(arm, types, balance);
  }
}

}  // namespace mixvae::fit
