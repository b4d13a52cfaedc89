#pragma once

#include "nn/torch.hpp"

namespace mixvae::objectives {

// Negative log-likelihoods of counts, in log space throughout (docs/equations.md, counts). Letters:
// A arms, B cells, D features. A count of mean mu and size theta has the variance mu + mu^2 /
// theta.

/// Of negative binomial counts, summed over features:
///   ln Gamma(theta) - ln Gamma(x + theta) + ln Gamma(x + 1)
///     + theta ln(1 + mu / theta) + x ln(1 + theta / mu)
/// log_mean = ln mu [A, B, D], log_size = ln theta [A or 1, 1, D], counts x >= 0 [A or 1, B, D], of
/// which fractions are allowed -> [A, B]. ln Gamma is computed in double precision.
torch::Tensor negative_binomial_error(const torch::Tensor& log_mean, const torch::Tensor& log_size,
                                      const torch::Tensor& counts);

/// Of counts that are 0 with the probability pi = sigmoid(zero_logit) [A, B, D], and negative
/// binomial otherwise: -ln(pi + (1 - pi) NB(0)) for x = 0, -ln(1 - pi) - ln NB(x) for x > 0.
torch::Tensor zero_inflated_negative_binomial_error(const torch::Tensor& log_mean,
                                                    const torch::Tensor& log_size,
                                                    const torch::Tensor& zero_logit,
                                                    const torch::Tensor& counts);

}  // namespace mixvae::objectives
