#pragma once

#include "nn/torch.hpp"

namespace mixvae::objectives {

/// The target of DEPICT (Ghasedi Dizaji et al., ICCV 2017, Eq. 6; docs/equations.md, DEPICT): q_ik
/// divided by the square root of its type's sum over the batch, each row brought to sum 1. A
/// constant: no gradient passes. [A, B, K] -> [A, B, K].
torch::Tensor depict_target(const torch::Tensor& q);

/// The same without holding it constant: gradients pass through the target too, as in the authors'
/// code of MoE-Sim-VAE, which compares it with the pass it was made from.
torch::Tensor moving_depict_target(const torch::Tensor& q);

/// Cross-entropy of the noisy pass's posterior against the target, mean over cells: [A, B, K] each
/// -> [A].
torch::Tensor depict_term(const torch::Tensor& target, const torch::Tensor& noisy_log_q);

}  // namespace mixvae::objectives
