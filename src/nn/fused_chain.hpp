#pragma once

#include <span>

#include "nn/arm_batch_norm.hpp"
#include "nn/arm_linear.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {

/// The first layers of a decoder in one: relu of each layer's affine function, x [A, B, I] -> [A,
/// B, O]. Equal to the tensor operations but for rounding, with gradients for x and all
/// parameters; parameters that have a gradient already get theirs added to it during the backward
/// pass. Float on the CPU; the same bits for any number of threads.
torch::Tensor fused_relu_layers(const torch::Tensor& x, std::span<const ArmLinear> layers);

/// An encoder from its first layer's affine function x [A, B, H] on, in training: relu and batch
/// norm of x, then affine function, relu and batch norm of each further layer, under the same
/// conditions. `norms`, one more than layers, move their running statistics.
torch::Tensor fused_normalised_layers(const torch::Tensor& x, std::span<const ArmLinear> layers,
                                      std::span<ArmBatchNorm> norms);

}  // namespace mixvae::nn
