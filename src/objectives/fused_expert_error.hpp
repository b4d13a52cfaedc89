#pragma once

#include "nn/experts.hpp"
#include "nn/kernels/output_layer.hpp"
#include "nn/torch.hpp"

namespace mixvae::objectives {

/// What experts decode: each cell by one of its arm's.
struct ExpertInput {
  torch::Tensor x;       // [A, B, I]
  torch::Tensor expert;  // [A, B] int64 in [0, K)
};

/// The experts and squared_error or bernoulli_error (reconstruction.hpp) of their outputs in one:
/// each cell's error [A, B] for a target [A or 1, B, D]. No gradient.
torch::Tensor fused_expert_error(const nn::Experts& experts, const ExpertInput& input,
                                 nn::kernels::OutputKind kind, const torch::Tensor& target);

/// The mean of these errors over the cells of each arm, [A], with gradients for x and all
/// parameters; equal to the mean of the tensor operations but for rounding; parameters that have a
/// gradient already get theirs added to it during the backward pass. Float on the CPU; the same
/// bits for any number of threads.
torch::Tensor fused_mean_expert_error(const nn::Experts& experts, const ExpertInput& input,
                                      nn::kernels::OutputKind kind, const torch::Tensor& target);

}  // namespace mixvae::objectives
