#pragma once

#include "nn/torch.hpp"

namespace mixvae::objectives {

/// Half the squared error of each cell, summed over features: 1/2 sum_g (mean - target)^2, the
/// negative log-likelihood of a unit-variance Gaussian up to a constant (reference-notes 1.4, MSE).
/// [A, B, D] and [A or 1, B, D] -> [A, B].
torch::Tensor squared_error(const torch::Tensor& mean, const torch::Tensor& target);

}  // namespace mixvae::objectives
