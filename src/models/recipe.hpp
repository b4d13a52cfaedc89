#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/image_shape.hpp"
#include "models/model.hpp"
#include "models/parts/likelihood.hpp"
#include "models/recipe_options.hpp"

namespace mixvae::models {

/// A phase of a model's training.
struct Phase {
  std::string name;
  std::int64_t epochs = 1;
  Objective objective = Objective::whole;
  std::int64_t stage = 0;  // of a model that learns in stages: its Model::enter_stage()
  // What batches tell in it.
  bool starting_types = false;
  bool starting_states = false;
  bool copies = true;
  bool similarity = true;
  // What is computed before its first step.
  std::int64_t mixture_starts = 0;  // a Gaussian mixture is fitted to the codes, from the best of
                                    // so many k-means clusterings, and the model's own starts
                                    // there; 0: none
  // How it learns.
  double learning_rate_scale = 1;
  std::int64_t scheduled_before = 0;  // epochs of other phases under the same learning-rate
  std::int64_t scheduled_after = 0;   // schedule, which then runs once over all of them
  bool fresh_optimiser = false;
  bool weight_decay = true;
  std::optional<std::int64_t> rival = {};  // number of a beginning with random weights of its own;
                                           // the best of them goes on
  bool then_prune = false;                 // rounds of pruning follow it, where the recipe has them
};

/// What a fit prepares for a model and how it trains it.
struct Recipe {
  std::int64_t arms = 1;
  std::int64_t states = 0;
  std::shared_ptr<const Likelihood> likelihood;
  std::optional<StartOptions> start = {};      // a partition to start from, or nothing
  std::optional<PruningOptions> pruning = {};  // how types are pruned, for models that can
  bool original_target = false;                // cells, not their copies, are reconstructed
  bool pairs_of_known_types = true;            // known types say something of pairs
  std::optional<ImageNeed> image = {};         // features are pixels
  std::int64_t ramp_steps = 0;  // steps over which the objective changes, to be reached
  std::vector<Phase> phases = {};
};

/// The usual phases of models that can start from a partition: "start", if there is one, then
/// "main" under one learning-rate schedule; `epochs` in all, of which main has at least one.
std::vector<Phase> start_and_main(const StartOptions& start, std::int64_t epochs);

/// Rival beginnings, each so long a share of the epochs; none where there is but one.
std::vector<Phase> rivals(const RestartOptions& restarts, std::int64_t epochs);

}  // namespace mixvae::models
