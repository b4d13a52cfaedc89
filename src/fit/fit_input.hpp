#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cluster/type_count.hpp"
#include "data/dataset.hpp"
#include "data/prepare/augmentation.hpp"
#include "data/prepare/similarity.hpp"
#include "fit/batch_key.hpp"
#include "fit/fit_options.hpp"
#include "fit/projection.hpp"
#include "fit/stages.hpp"
#include "fit/starting_types.hpp"

namespace mixvae::fit {

/// All that is computed from the data before training starts. Letters: N cells, D features, W width
/// of what networks read, k neighbours.
struct FitInput {
  Preprocessing preprocessing;
  Prepared prepared;                       // [N, D], empty where no copies are made of it
  Projection projection;                   // present in space pca
  Batches batches;                         // of the N cells, or of none
  BatchEffects batch_effects;              // of these batches, or absent
  DenseMatrix scores;                      // [N, components] without batches, or empty where
                                           // nothing needs them
  Prepared space;                          // x [N, W] is what the networks read
  StartingTypes start;                     // of each arm, or empty
  std::unique_ptr<CopyMaker> copies;       // of width W, or null
  std::vector<std::int32_t> known;         // [N] known types, -1 for none; or empty
  std::vector<std::string> known_names;    // of the known types
  DenseMatrix prior;                       // [N, K] reference prior over types, or empty
  std::unique_ptr<Similarity> similarity;  // of the N cells, or null
  std::int64_t types = 0;
  cluster::TypeCount counted = {.types = 0};  // where the number of types was counted
  std::int64_t most_types = 0;  // the bound, where the start found at most so many types; else 0
  std::int64_t neighbours = 0;
};

/// Whom a preparation tells, and where it keeps what it computes.
struct PreparingSurroundings {
  Stages* stages = nullptr;  // of planned_stages
  std::string file = {};     // of fit/preparation_file.hpp; empty: nothing is kept
  std::function<void(const std::string&)> say = [](const std::string&) {};
};

/// The stages that a fit has, by name (fit/stages.hpp).
std::vector<std::string> planned_stages(const FitOptions& options, const models::Recipe& recipe);

/// Whether the fit learns how sure its types are: it starts from a partition that can be found
/// again in another sample, in principal components.
bool learns_confidence(const FitOptions& options, const models::Recipe& recipe);

/// Whether a phase belongs to the stage "states".
bool learns_states(const models::Phase& phase);

/// Prepares what the recipe's phases need, and nothing else. The raw values are given back as soon
/// as they are prepared. The result does not move afterwards: copies refer to it. It is the same to
/// the bit with what an interrupted fit has kept and without. Throws as fit() does, InputError for
/// values that the model's likelihood is not of.
std::unique_ptr<FitInput> prepare_fit(Dataset dataset, const FitOptions& options,
                                      const models::Recipe& recipe, std::uint64_t seed,
                                      const PreparingSurroundings& surroundings);

/// The same, keeping and telling nothing.
std::unique_ptr<FitInput> prepare_fit(Dataset dataset, const FitOptions& options,
                                      const models::Recipe& recipe, std::uint64_t seed);

}  // namespace mixvae::fit
