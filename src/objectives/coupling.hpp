#pragma once

#include "nn/execution.hpp"
#include "objectives/consensus.hpp"

namespace mixvae::objectives {

/// The two terms that couple arms.
struct Coupling {
  torch::Tensor distance;          // [] consensus_distance
  torch::Tensor negative_entropy;  // [A]
};

/// consensus_distance and negative_entropy of the arms' posteriors, as one kernel
/// (fused_coupling.hpp) where the execution has it so and the distance is d-sigma.
Coupling coupling(const nn::TypePosterior& posterior, TypeDistance distance, double variance_floor,
                  const nn::Execution& execution);

}  // namespace mixvae::objectives
