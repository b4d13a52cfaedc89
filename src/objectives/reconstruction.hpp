#pragma once

#include <cstdint>

#include "nn/torch.hpp"

namespace mixvae::objectives {

/// Half the squared error of each cell, summed over features: 1/2 sum_g (mean - target)^2, the
/// negative log-likelihood of a unit-variance Gaussian up to a constant (docs/equations.md, squared
/// error). [A, B, D] and [A or 1, B, D] -> [A, B].
torch::Tensor squared_error(const torch::Tensor& mean, const torch::Tensor& target);

/// Negative log-likelihood per cell of a Gaussian whose variance, one for all features, is the best
/// one for the batch, up to a constant: D/2 ln(2 mean_n(error_n) / D + 1e-6), of squared errors [A,
/// B] over D features -> [A] (sigma-VAE: Rybkin, Daniilidis and Levine, ICML 2021, section 3.2).
/// The added variance keeps the logarithm finite where cells are reconstructed without error.
torch::Tensor best_variance_likelihood(const torch::Tensor& squared_errors, std::int64_t features);

/// Binary cross-entropy of values in [0, 1] under independent Bernoulli features with the given
/// logits, summed over features: sum_g max(l, 0) - l x + log(1 + exp(-|l|)) (docs/equations.md,
/// Bernoulli). [A, B, D] and [A or 1, B, D] -> [A, B].
torch::Tensor bernoulli_error(const torch::Tensor& logits, const torch::Tensor& target);

}  // namespace mixvae::objectives
