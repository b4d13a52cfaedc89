#include "analysis/overview.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/cell_properties.hpp"
#include "analysis/decoding.hpp"
#include "analysis/model_coordinates.hpp"
#include "base/index.hpp"
#include "data/label_column.hpp"
#include "fit/replicates.hpp"
#include "metrics/association.hpp"
#include "metrics/consensus.hpp"

namespace mixvae::analysis {
namespace {

constexpr double kLibrary = 1e4;
constexpr Index kCellsOfTree = 5000;
constexpr Index kLeastOfATypeInTree = 30;

std::vector<cluster::TypeFork> tree_of_types(const fit::TrainedModel& model, const Dataset& dataset,
                                             const Assignment& assignment, std::uint64_t seed) {
  std::vector<Index> cells =
      fit::landmark_cells(assignment.types, kCellsOfTree, kLeastOfATypeInTree, seed);
  std::erase_if(cells, [&](Index cell) { return assignment.types[at(cell)] < 0; });
  const auto count = static_cast<Index>(assignment.type_names.size());
  if (cells.empty() || count < 2) {
    return {};
  }
  std::vector<std::int32_t> types;
  types.reserve(cells.size());
  for (const Index cell : cells) {
    types.push_back(assignment.types[at(cell)]);
  }
  return cluster::type_tree(model_coordinates(model, dataset, cells, seed), types, count,
                            {.seed = seed});
}

std::vector<Index> cells_with_types(const Assignment& assignment) {
  std::vector<Index> cells;
  for (std::size_t n = 0; n < assignment.types.size(); ++n) {
    if (assignment.types[n] >= 0) {
      cells.push_back(static_cast<Index>(n));
    }
  }
  return cells;
}

void normalise_row(std::span<float> row) {
  double sum = 0;
  for (const float value : row) {
    sum += static_cast<double>(value);
  }
  const double factor = sum > 0 ? kLibrary / sum : 0;
  for (float& value : row) {
    value = static_cast<float>(std::log1p(std::max(0.0, static_cast<double>(value)) * factor));
  }
}

/// Counts as ln(1 + 10,000 x / sum), in place.
void normalise(Matrix& x) {
  if (CsrMatrix* sparse = std::get_if<CsrMatrix>(&x)) {
    for (Index n = 0; n < sparse->rows; ++n) {
      const Index begin = sparse->offsets[at(n)];
      normalise_row({sparse->values.data() + begin, at(sparse->offsets[at(n) + 1] - begin)});
    }
    return;
  }
  DenseMatrix& dense = std::get<DenseMatrix>(x);
  for (Index n = 0; n < dense.rows; ++n) {
    normalise_row(dense.row(n));
  }
}

/// Where the cells of a data set stand among those with values: all, or those that the
/// preprocessing kept.
std::vector<Index> rows_of_values(const std::vector<Index>& kept, Index cells, Index rows) {
  std::vector<Index> places(at(cells), -1);
  for (Index n = 0; n < rows; ++n) {
    places[at(rows == cells ? n : kept[at(n)])] = n;
  }
  return places;
}

std::vector<StateFeature> strongest(const std::vector<double>& correlations, Index count) {
  std::vector<StateFeature> features;
  for (std::size_t f = 0; f < correlations.size(); ++f) {
    if (std::isfinite(correlations[f])) {
      features.push_back({static_cast<Index>(f), correlations[f]});
    }
  }
  std::ranges::stable_sort(features, std::ranges::greater(), [](const StateFeature& feature) {
    return std::abs(feature.correlation);
  });
  features.resize(std::min(features.size(), at(count)));
  return features;
}

std::vector<std::vector<StateFeature>> features_of_states(const Overview& seen, Index count) {
  std::vector<std::vector<double>> states;
  for (Index s = 0; s < seen.assignment.state.columns; ++s) {
    std::vector<double> state(at(row_count(seen.values.x)), std::nan(""));
    for (std::size_t n = 0; n < seen.value_rows.size(); ++n) {
      if (seen.value_rows[n] >= 0) {
        state[at(seen.value_rows[n])] =
            static_cast<double>(seen.assignment.state(static_cast<Index>(n), s));
      }
    }
    states.push_back(std::move(state));
  }
  std::vector<std::vector<StateFeature>> features;
  for (const std::vector<double>& correlations :
       metrics::correlations_within(seen.values.x, states, seen.values.types)) {
    features.push_back(strongest(correlations, count));
  }
  return features;
}

/// Walks along the states of the largest types.
std::optional<Traversal> walks_of_largest(fit::TrainedModel& model, const Dataset& dataset,
                                          const Overview& seen, Index most) {
  std::vector<std::size_t> order(seen.types.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater<>(),
                           [&](std::size_t t) { return seen.types[t].cells; });
  order.resize(std::min(order.size(), at(most)));
  std::erase_if(order, [&](std::size_t t) { return seen.types[t].cells < kLeastCellsOfWalk; });
  if (order.empty() || model.network->states() == 0) {
    return std::nullopt;
  }
  std::ranges::sort(order);
  TraversalOptions options;
  for (const std::size_t t : order) {
    options.types.push_back(seen.types[t].name);
  }
  return traverse(model, dataset, seen.assignment, options);
}

/// Values, and what is read from them.
void add_values(Overview& seen, Dataset dataset, const std::vector<Index>& kept,
                const Preprocessing& fitted, const OverviewOptions& options) {
  seen.values = marker_values(std::move(dataset), seen.assignment.types, fitted);
  seen.value_rows = rows_of_values(kept, static_cast<Index>(seen.assignment.types.size()),
                                   row_count(seen.values.x));
  const bool typed = std::ranges::any_of(seen.values.types, [](std::int32_t t) { return t >= 0; });
  if (options.parts.markers && typed) {
    seen.markers = metrics::marker_statistics(
        seen.values.x, seen.values.types, static_cast<Index>(seen.types.size()), seen.values.scale);
  }
  if (seen.values.scale == metrics::MarkerScale::counts) {
    normalise(seen.values.x);
  }
  if (options.parts.states) {
    seen.states = features_of_states(seen, options.features_of_state);
  }
}

}  // namespace

Overview overview(fit::TrainedModel& model, Dataset dataset, const OverviewOptions& options) {
  Overview seen;
  seen.assignment = assign(model, dataset, options.minimum_found, options.trust_values);
  const std::vector<Index> kept = cells_with_types(seen.assignment);
  if (options.unknown) {
    seen.unknown = forget_unknown(seen.assignment);
  }
  seen.types = type_summaries(seen.assignment);
  seen.agreement = metrics::consensus_matrix(seen.assignment.arm_types, std::ssize(seen.types));
  seen.cells = dataset.cells;
  if (options.parts.tree) {
    seen.tree = tree_of_types(model, dataset, seen.assignment, options.map.seed);
  }
  if (options.parts.map) {
    seen.map = cell_map(model, dataset, kept, options.map);
  }
  if (options.parts.properties) {
    seen.properties = cell_properties(dataset, seen.assignment);
    std::erase_if(seen.properties, [&](const CellProperty& property) {
      return property.name == options.labels;  // what types are compared with is no surprise
    });
  }
  if (!options.labels.empty()) {
    seen.evaluation =
        evaluate(seen.assignment, label_column(dataset.cells, options.labels, dataset.source.path),
                 {.seed = options.map.seed});
  }
  if (options.parts.traversal) {
    seen.traversal = walks_of_largest(model, dataset, seen, options.walked_types);
    seen.image_width = pixels_in_row(model.preprocessing, dataset.source);
  }
  seen.abundances = abundances(dataset, seen.assignment.types,
                               static_cast<Index>(seen.types.size()), options.abundance);
  if (options.parts.values) {
    add_values(seen, std::move(dataset), kept, model.preprocessing, options);
  }
  return seen;
}

void show_names(Overview& seen, const std::vector<std::string>& types,
                const std::vector<std::string>& labels) {
  seen.assignment.type_names = types;
  seen.assignment.labels = labels.empty() ? types : labels;
  seen.assignment.type_names = shown_types(seen.assignment);
  for (std::size_t t = 0; t < seen.types.size(); ++t) {
    seen.types[t].name = seen.assignment.type_names[t];
  }
  if (seen.traversal) {
    for (TraversedType& type : seen.traversal->types) {
      type.name = seen.assignment.type_names[at(type.type)];
    }
  }
}

}  // namespace mixvae::analysis
