#pragma once

#include "nn/torch.hpp"

namespace mixvae::objectives {

/// Gaussians with diagonal covariances: the posteriors of B codes, or the components of a mixture.
struct DiagonalGaussians {
  torch::Tensor mean;          // [..., L]
  torch::Tensor log_variance;  // [..., L]
};

/// ln N(z; m_k, v_k) of codes [A, B, L] under K components [K, L] -> [A, B, K]
/// (docs/equations.md, VaDE).
torch::Tensor log_densities(const torch::Tensor& codes, const DiagonalGaussians& components);

/// KL(N(m, v) || N(m_k, v_k)) = 1/2 sum_j (ln v_kj - ln v_j - 1 + (v_j + (m_j - m_kj)^2) / v_kj) of
/// posteriors [A, B, L] from K components [K, L] -> [A, B, K] (docs/equations.md, VaDE).
torch::Tensor component_kl(const DiagonalGaussians& posterior, const DiagonalGaussians& components);

}  // namespace mixvae::objectives
