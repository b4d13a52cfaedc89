#include <cmath>

#include "models/cpl_mixvae.hpp"

namespace mixvae::models {
namespace {

/// Share of the state phase that learns the starting states too, and its learning rate as a
/// multiple of that of the other phases.
constexpr double kStateStartShare = 0.3;
constexpr double kStateLearningRate = 3;

}  // namespace

Recipe cpl_mixvae_recipe(const CplMixVaeOptions& given, std::int64_t epochs) {
  const CplMixVaeOptions& options = consistent(given);
  Recipe recipe{.arms = options.arms.arms,
                .states = options.states.states,
                .likelihood = make_likelihood(options.likelihood.likelihood, options.output.output),
                .start = options.start,
                .pruning = options.pruning,
                .original_target = options.target.target == Target::original,
                .pairs_of_known_types = options.known.known_term != KnownTerm::binary,
                .image = image_need(options.network),
                .phases = rivals(options.restarts, epochs)};
  const std::vector<Phase> main = start_and_main(options.start, epochs);
  recipe.phases.insert(recipe.phases.end(), main.begin(), main.end());
  recipe.phases.back().fresh_optimiser = options.restarts.restarts > 1;
  const double share = options.states.states > 0 ? options.state_phase.state_epochs : 0.0;
  const std::int64_t state_epochs = std::llround(share * static_cast<double>(epochs));
  if (state_epochs == 0) {
    return recipe;
  }
  const auto start_epochs =
      static_cast<std::int64_t>(std::ceil(kStateStartShare * static_cast<double>(state_epochs)));
  Phase states{.name = "state start",
               .epochs = start_epochs,
               .objective = Objective::states,
               .starting_states = true,
               .copies = false,
               .similarity = false,
               .learning_rate_scale = kStateLearningRate,
               .scheduled_after = state_epochs - start_epochs,
               .fresh_optimiser = true,
               .weight_decay = false};
  recipe.phases.push_back(states);
  if (start_epochs < state_epochs) {
    states.name = "states";
    states.epochs = state_epochs - start_epochs;
    states.starting_states = false;
    states.scheduled_before = start_epochs;
    states.scheduled_after = 0;
    states.fresh_optimiser = false;
    recipe.phases.push_back(states);
  }
  return recipe;
}

}  // namespace mixvae::models
