#pragma once

#include "nn/torch.hpp"

namespace mixvae::objectives {

/// `standard`: KL(N(., v) || N(., 1)) = 1/2 sum_d (v - 1 - log v), as the authors' code computes
/// it; `reverse`: KL(N(., 1) || N(., v)) = 1/2 sum_d (1 / v - 1 + log v), as Eq. 3 of the paper has
/// it.
enum class KlDirection { standard, reverse };

/// Variance of each type's codes around the type's mean, over the cells of the batch that belong to
/// it: codes [A, B, L], one-hot types [A, B, K] (no gradient passes through them), means [A, K, L]
/// -> [A, K, L]. 0 for a type without cells.
torch::Tensor type_variance(const torch::Tensor& codes, const torch::Tensor& types,
                            const torch::Tensor& means);

/// The covariance part of the KL divergence of a Gaussian mixture of codes from unit Gaussians
/// (MoE-Sim-VAE Eq. 3; docs/equations.md, mixture of codes), mean over all K types, to which types
/// without cells (variance 0) contribute nothing. Smaller variances than 1e-4 count as 1e-4,
/// without a gradient. [A, K, L] -> [A].
torch::Tensor covariance_kl(const torch::Tensor& variance, KlDirection direction);

}  // namespace mixvae::objectives
