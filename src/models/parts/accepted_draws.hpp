#pragma once

#include <cstdint>
#include <functional>

#include "models/model.hpp"

namespace mixvae::models {

/// How codes of a type are drawn, and how probable they are to be of it. Letters: N draws, L width
/// of the code.
struct Drawing {
  std::int64_t types = 0;        // of the model
  std::int64_t width = 0;        // L
  torch::TensorOptions tensors;  // precision and device
  /// [N, L] from N(0, I) -> codes [N, L].
  std::function<torch::Tensor(const torch::Tensor&)> codes;
  /// Codes [N, L] -> [N] posterior probability of the type.
  std::function<torch::Tensor(const torch::Tensor&)> posterior;
};

/// Codes [wanted.count, L]: draws of posterior probability below wanted.least_posterior are
/// rejected, and wanted.draws tells how many it took. Draws are a pure function of (seed, type,
/// number of the draw). Throws InputError where hardly a draw is accepted.
torch::Tensor accepted_draws(const Generation& wanted, const Drawing& drawing);

}  // namespace mixvae::models
