#include "analysis/traversal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "analysis/decoding.hpp"
#include "analysis/named_places.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "cluster/pca.hpp"
#include "data/prepare/feature_statistics.hpp"
#include "metrics/spearman.hpp"

namespace mixvae::analysis {
namespace {

constexpr double kLowQuantile = 0.05;
constexpr double kHighQuantile = 0.95;

/// Posterior means of the states in the cells of one type: [n, S].
DenseMatrix states_of_type(const DenseMatrix& states, const Assignment& assignment,
                           std::int32_t type) {
  std::vector<Index> rows;
  for (std::size_t n = 0; n < assignment.types.size(); ++n) {
    if (assignment.types[n] == type) {
      rows.push_back(static_cast<Index>(n));
    }
  }
  return std::get<DenseMatrix>(select_rows(states, rows));
}

/// Mean and s.d. [S] of columns; divisor n - 1.
struct StateSpread {
  std::vector<double> mean;
  std::vector<double> deviation;
};

StateSpread spread_of(const DenseMatrix& states) {
  std::vector<Index> rows(at(states.rows));
  std::iota(rows.begin(), rows.end(), Index{0});
  FeatureStatistics found =
      feature_statistics(states, rows, [](Index, Index, float value) { return value; });
  std::ranges::transform(found.variance, found.variance.begin(),
                         [](double variance) { return std::sqrt(variance); });
  return {found.mean, found.variance};
}

/// A line in the space of the states.
struct StateLine {
  std::string name;
  std::vector<double> direction;  // [S] of length 1
  double centre = 0;              // position on the line that is the walk's middle
  double deviation = 0;
  bool replaces = false;  // the position takes the state's place, else it is added to the states
};

std::vector<StateLine> lines_of(const DenseMatrix& states, const StateSpread& spread) {
  std::vector<StateLine> lines;
  const std::size_t dimensions = spread.mean.size();
  for (std::size_t s = 0; s < dimensions; ++s) {
    StateLine line{.name = "state " + std::to_string(s + 1),
                   .direction = std::vector<double>(dimensions, 0.0),
                   .centre = spread.mean[s],
                   .deviation = spread.deviation[s],
                   .replaces = true};
    line.direction[s] = 1;
    lines.push_back(std::move(line));
  }
  if (dimensions > 1) {
    const cluster::Pca found = cluster::pca(Matrix(states), {.components = 1});
    const auto direction = found.components.row(0);
    lines.push_back({.name = "direction",
                     .direction = {direction.begin(), direction.end()},
                     .centre = 0,
                     .deviation = std::sqrt(std::max(0.0, found.explained_variance[0]))});
  }
  return lines;
}

/// States [W, S] at the positions of a line that goes out from `middle` [S].
torch::Tensor states_on(const StateLine& line, const std::vector<double>& positions,
                        const std::vector<double>& middle) {
  const torch::Tensor states = torch::tensor(middle, torch::kFloat64)
                                   .repeat({static_cast<std::int64_t>(positions.size()), 1});
  const torch::Tensor direction = torch::tensor(line.direction, torch::kFloat64);
  const torch::Tensor along = torch::tensor(positions, torch::kFloat64).unsqueeze(1);
  return line.replaces ? states * (1 - direction) + along * direction : states + along * direction;
}

StateWalk walk_on(fit::TrainedModel& trained, const Traversal& traversal, std::int32_t type,
                  const StateLine& line, const std::vector<double>& middle) {
  StateWalk walk{.name = line.name};
  for (const double score : normal_scores(traversal.quantiles)) {
    walk.position.push_back(line.centre + line.deviation * score);
  }
  walk.values =
      decoded_values(trained, traversal.arm, type, states_on(line, walk.position, middle));
  measure_effects(walk, traversal.deviation);
  return walk;
}

/// The walks of a type from `middle`; without cells enough for a spread none.
TraversedType traversed(fit::TrainedModel& trained, const Traversal& traversal, std::int32_t type,
                        const DenseMatrix& states, const std::vector<double>* middle) {
  TraversedType found{.name = traversal.type_names[at(type)], .type = type, .cells = states.rows};
  if (states.rows < kLeastCellsOfWalk) {
    return found;
  }
  const StateSpread spread = spread_of(states);
  for (const StateLine& line : lines_of(states, spread)) {
    found.walks.push_back(
        walk_on(trained, traversal, type, line, middle == nullptr ? spread.mean : *middle));
  }
  return found;
}

void require_walks(const TraversedType& found) {
  if (found.walks.empty()) {
    throw InputError({.what = "a type has too few cells for its states to vary",
                      .found = found.name + ": " + std::to_string(found.cells) + " cells",
                      .expected = "at least " + std::to_string(kLeastCellsOfWalk)});
  }
}

void walk_types(fit::TrainedModel& trained, const Assignment& assignment,
                const std::vector<std::string>& wanted, Traversal& traversal) {
  for (const Index place : named_places(traversal.type_names, wanted, "type", "the model")) {
    const auto type = static_cast<std::int32_t>(place);
    TraversedType found = traversed(
        trained, traversal, type,
        states_of_type(assignment.arm_states[at(traversal.arm)], assignment, type), nullptr);
    if (!wanted.empty()) {
      require_walks(found);
    }
    if (found.walks.empty()) {
      traversal.left_out.push_back(found.name);
    } else {
      traversal.types.push_back(std::move(found));
    }
  }
}

void walk_cells(fit::TrainedModel& trained, const Assignment& assignment,
                const std::vector<std::string>& names, const std::vector<std::string>& wanted,
                Traversal& traversal) {
  const DenseMatrix& states = assignment.arm_states[at(traversal.arm)];
  for (const Index cell : named_places(names, wanted, "cell", "the data set")) {
    const std::int32_t type = assignment.types[at(cell)];
    if (type < 0) {
      throw InputError({.what = "a cell has no type, for it was left out",
                        .found = names[at(cell)],
                        .expected = "a cell that the run can read"});
    }
    const auto own = states.row(cell);
    const std::vector<double> middle(own.begin(), own.end());
    TraversedType found =
        traversed(trained, traversal, type, states_of_type(states, assignment, type), &middle);
    require_walks(found);
    found.name = names[at(cell)];
    traversal.types.push_back(std::move(found));
  }
}

}  // namespace

Options options(TraversalOptions& traversal) {
  return {
      {.name = "types",
       .target = &traversal.types,
       .meaning = "types whose states are swept, for example T1,T4; all where left out"},
      {.name = "cells",
       .target = &traversal.cells,
       .meaning = "names of cells: the states not swept stay at the cell's own values, not at the "
                  "mean of its type"},
      {.name = "arm",
       .target = &traversal.arm,
       .meaning = "number of the arm that decodes, from 1; 0: the one whose states assign writes",
       .minimum = 0},
      {.name = "steps",
       .target = &traversal.steps,
       .meaning = "number of values of a state, at its quantiles 0.05 to 0.95 within the type",
       .minimum = 2,
       .maximum = 1000},
  };
}

std::vector<double> walk_quantiles(std::int64_t steps) {
  MIXVAE_ASSERT(steps >= 2, "a walk has a start and an end");
  std::vector<double> quantiles;
  for (std::int64_t w = 0; w < steps; ++w) {
    quantiles.push_back(kLowQuantile + (kHighQuantile - kLowQuantile) * static_cast<double>(w) /
                                           static_cast<double>(steps - 1));
  }
  return quantiles;
}

std::vector<double> normal_scores(const std::vector<double>& quantiles) {
  const torch::Tensor scores = at::special_ndtri(torch::tensor(quantiles, torch::kFloat64));
  return {scores.data_ptr<double>(), scores.data_ptr<double>() + scores.numel()};
}

void measure_effects(StateWalk& walk, const std::vector<double>& deviation) {
  MIXVAE_ASSERT(std::ssize(deviation) == walk.values.columns, "one s.d. per feature");
  const Index steps = walk.values.rows;
  std::vector<double> step(at(steps));
  std::iota(step.begin(), step.end(), 0.0);
  std::vector<double> curve(at(steps));
  std::vector<double> strength;
  for (Index d = 0; d < walk.values.columns; ++d) {
    for (Index w = 0; w < steps; ++w) {
      curve[at(w)] = static_cast<double>(walk.values(w, d));
    }
    walk.effect.push_back(curve.back() - curve.front());
    walk.in_sd.push_back(deviation[at(d)] > 0 ? walk.effect.back() / deviation[at(d)]
                                              : std::numeric_limits<double>::quiet_NaN());
    walk.monotone.push_back(metrics::spearman(step, curve));
    const double found = std::abs(walk.in_sd.back() * walk.monotone.back());
    strength.push_back(std::isnan(found) ? -1 : found);
  }
  walk.order.resize(strength.size());
  std::iota(walk.order.begin(), walk.order.end(), Index{0});
  std::ranges::stable_sort(walk.order, std::greater<>(), [&](Index d) { return strength[at(d)]; });
}

void require_states(const fit::TrainedModel& trained) {
  if (trained.network->states() == 0) {
    throw UsageError(
        {.what = "this run's model has no states to go along",
         .found = "a run of " + trained.model,
         .expected = "a run of cpl-mixvae, jointvae, cascadevae or infogan with --states above "
                     "0"});
  }
}

void require_walkable(const fit::TrainedModel& trained, const Dataset& dataset,
                      const TraversalOptions& options) {
  require_states(trained);
  if (!options.types.empty() && !options.cells.empty()) {
    throw UsageError({.what = "--types and --cells exclude each other",
                      .expected = "one of them: the walks go out from types or from cells"});
  }
  const std::int64_t arms = trained.network->arms();
  if (options.arm > arms) {
    throw UsageError({.what = "the model has no arm of this number",
                      .found = "--arm " + std::to_string(options.arm),
                      .expected = "1 to " + std::to_string(arms)});
  }
  static_cast<void>(named_places(trained.type_names(), options.types, "type", "the model"));
  static_cast<void>(named_places(dataset.cells.names, options.cells, "cell", "the data set"));
}

Traversal traverse(fit::TrainedModel& trained, const Dataset& dataset, const Assignment& assignment,
                   const TraversalOptions& options) {
  require_walkable(trained, dataset, options);
  Traversal traversal{.type_names = trained.type_names(),
                      .features = trained.preprocessing.features,
                      .deviation = {},
                      .quantiles = walk_quantiles(options.steps),
                      .arm = options.arm == 0 ? assignment.arm : options.arm - 1,
                      .states = trained.network->states(),
                      .types = {},
                      .left_out = {}};
  traversal.deviation = feature_spread(trained, dataset).deviation;
  if (options.cells.empty()) {
    walk_types(trained, assignment, options.types, traversal);
  } else {
    walk_cells(trained, assignment, dataset.cells.names, options.cells, traversal);
  }
  if (traversal.types.empty()) {
    throw InputError({.what = "no type has cells enough for its states to vary",
                      .found = std::to_string(dataset.cell_count()) + " cells",
                      .expected = "at least two cells of a type"});
  }
  return traversal;
}

}  // namespace mixvae::analysis
