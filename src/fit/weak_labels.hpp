#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "data/dataset.hpp"
#include "fit/starting_types.hpp"

namespace mixvae::fit {

/// What is known of some cells' types.
struct WeakLabelOptions {
  std::string known_types = {};
  std::vector<std::string> signatures = {};
  std::string reference_prior = {};
};

Options options(WeakLabelOptions& weak);

/// The known type of each kept cell, [N] in [0, K), -1 where none is known; empty where the options
/// name nothing. From an annotation (its categories in order, missing where empty), or from
/// signature features: a cell has a signature where the feature's raw value is above its mean over
/// all cells, and is of that type if it has exactly one. Throws UsageError for more known types
/// than `types`, for both sources at once and for a malformed signature, InputError for a column or
/// feature that the data do not have, for a column whose values can hardly be labels, and where no
/// cell has a known type.
std::vector<std::int32_t> known_types(const WeakLabelOptions& options, const Dataset& dataset,
                                      const std::vector<Index>& kept, std::int64_t types);

/// The names of the known types, by their numbers; empty where the options name nothing. Throws
/// what known_types throws for the sources.
std::vector<std::string> names_of_known_types(const WeakLabelOptions& options,
                                              const Dataset& dataset);

/// Gives the starting types the numbers of the known types, by Hungarian matching of the cells
/// whose type is known, and those cells their known type. Starting types without a match take the
/// numbers that are left, those of no known type first. Where known types spread along the
/// neighbour graph (cluster/label_spreading.hpp) tell more of each other, each fifth by the rest,
/// than the starting types tell of them, all cells that start in a known type take the spread one
/// instead. Weights are computed anew with `balance`.
void follow_known_types(const std::vector<std::int32_t>& known, Index types, double balance,
                        const cluster::Neighbours& graph, StartingTypes& start);

}  // namespace mixvae::fit
