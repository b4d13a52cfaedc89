#pragma once

#include "nn/torch.hpp"

namespace mixvae::objectives {

/// KL(N(mean, variance) || N(0, I)) of the state posterior: 1/2 sum_s (mean^2 + variance - 1 - log
/// variance), per cell. [A, B, S] each -> [A, B]; variance > 0 (cpl-mixVAE Eq. 3;
/// docs/equations.md, state posterior).
torch::Tensor standard_normal_kl(const torch::Tensor& mean, const torch::Tensor& variance);

/// The summand of each state: [A, B, S] each -> [A, B, S].
torch::Tensor standard_normal_kl_of_states(const torch::Tensor& mean,
                                           const torch::Tensor& variance);

}  // namespace mixvae::objectives
