#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/assignment.hpp"
#include "data/dataset.hpp"
#include "fit/trained_model.hpp"

namespace mixvae::analysis {

/// Cells that a type must have, for its states to vary.
inline constexpr Index kLeastCellsOfWalk = 2;

struct TraversalOptions {
  std::vector<std::string> types = {};  // names ("T1"); empty: all with two cells
  std::vector<std::string> cells = {};  // names of cells, from whose states the walks go out, in
                                        // place of types
  std::int64_t arm = 0;                 // from 1; 0: the one that is reported
  std::int64_t steps = 9;
};

Options options(TraversalOptions& traversal);

/// The states of a decoder go along one line, and the features follow. Letters: D features, W
/// steps.
struct StateWalk {
  std::string name = {};              // "state 1", ..., or "direction"
  std::vector<double> position = {};  // [W] the state's value; for the direction the distance from
                                      // the type's mean along it
  DenseMatrix values = {};            // [W, D] decoded, normalised, without the scaling of the fit
  std::vector<double> effect = {};    // [D] value at the end less that at the start
  std::vector<double> in_sd = {};     // [D] effect over the feature's s.d. over cells; NaN where 0
  std::vector<double> monotone = {};  // [D] Spearman's correlation of value and step, or NaN
  std::vector<Index> order = {};      // [D] features by falling |in_sd monotone|, NaN last
};

/// The walks of one type, or out from one cell.
struct TraversedType {
  std::string name = {};              // of the type, or of the cell
  std::int32_t type = 0;              // place among the model's names
  Index cells = 0;                    // of the type, whose states tell how far the walks go
  std::vector<StateWalk> walks = {};  // each state's; of several states the direction's last
};

struct Traversal {
  std::vector<std::string> type_names = {};  // of the model
  std::vector<std::string> features = {};    // [D]
  std::vector<double> deviation = {};        // [D] s.d. over the data's cells, without scaling
  std::vector<double> quantiles = {};        // [W]
  Index arm = 0;                             // from 0
  Index states = 0;
  std::vector<TraversedType> types = {};
  std::vector<std::string> left_out = {};  // types with fewer than two cells, of all
};

/// Quantiles 0.05 to 0.95, evenly spaced; [steps].
std::vector<double> walk_quantiles(std::int64_t steps);

/// Standard scores of quantiles in (0, 1): the inverse of the normal distribution's function.
std::vector<double> normal_scores(const std::vector<double>& quantiles);

/// Fills what a walk's values [W, D] tell of each feature of that s.d. [D].
void measure_effects(StateWalk& walk, const std::vector<double>& deviation);

/// Throws UsageError for a model without states.
void require_states(const fit::TrainedModel& trained);

/// Checks, before the cells are read, what traverse() refuses with UsageError.
void require_walkable(const fit::TrainedModel& trained, const Dataset& dataset,
                      const TraversalOptions& options);

/// Sweeps the states of types (or around cells) and decodes them (cpl-mixVAE, state traversal;
/// docs/equations.md). Each state in turn runs over the quantiles 0.05 to 0.95 of N(mean, s.d.^2)
/// of its posterior means in the type's cells, the others stay at the type's mean, or at the cell's
/// own states; the direction is the first principal component of these means, swept in the same
/// way. The decoder is told the type, a cell's the one it is assigned to; components are taken back
/// to features. `assignment`: of these data by this model. Memory: walks x steps x features, and
/// the prepared data, which stay sparse where they are. Throws UsageError for a model without
/// states, types, cells or arms that are not there or named twice, types and cells at once;
/// InputError for a type with fewer than two cells, or where all have fewer, and a cell without a
/// type.
Traversal traverse(fit::TrainedModel& trained, const Dataset& dataset, const Assignment& assignment,
                   const TraversalOptions& options);

}  // namespace mixvae::analysis
