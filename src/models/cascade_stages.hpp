#pragma once

#include <cstdint>
#include <vector>

#include "base/options.hpp"
#include "models/recipe.hpp"

namespace mixvae::models {

/// How many stages the decoder is told no type in, and the length of a stage as a share of the
/// training's epochs.
struct CascadeStageOptions {
  std::int64_t warm_up_stages = 0;
  double stage_share = 0.05;
};

Options options(CascadeStageOptions& stages);

/// What is learned in a stage of CascadeVAE.
struct CascadeStage {
  std::int64_t released = 0;  // states that may tell something: the first so many
  bool types = false;         // whether the decoder is told a type
};

/// Stage t = 0, 1, ... of S states after W warm-up stages: min(t + 1, S) states and no types for t
/// < W, then min(t, S) states and types.
CascadeStage cascade_stage(std::int64_t t, std::int64_t states, std::int64_t warm_up);

/// The number of the stage from which on all states and types are learned: max(S, W).
std::int64_t last_cascade_stage(std::int64_t states, std::int64_t warm_up);

/// Throws UsageError where the last stage would begin after the training's end.
void require_last_stage(const CascadeStageOptions& options, std::int64_t states);

/// A phase for each stage, with an optimiser of its own for each number of released states, so that
/// it goes on where types begin; the last phase has what is left of the epochs, at least one.
/// Stages that so few epochs leave out have no phase. One learning-rate schedule runs over all.
std::vector<Phase> cascade_phases(const CascadeStageOptions& options, std::int64_t states,
                                  std::int64_t epochs);

}  // namespace mixvae::models
