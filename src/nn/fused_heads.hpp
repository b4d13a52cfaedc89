#pragma once

#include <vector>

#include "nn/arm_linear.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {

/// Affine functions of the same inputs in one pass: layer i of `layers` gives
/// cat(inputs, -1) W_i + b_i, [A, B, O_i], from inputs [A, B, I_1], [A, B, I_2], ... that are not
/// joined. Equal to the tensor operations but for rounding, with gradients for inputs and
/// parameters; parameters that have a gradient already get theirs added to it during the backward
/// pass. Float on the CPU; the same bits for any number of threads.
std::vector<torch::Tensor> fused_heads(const std::vector<torch::Tensor>& inputs,
                                       const std::vector<const ArmLinear*>& layers);

}  // namespace mixvae::nn
