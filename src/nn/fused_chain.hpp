#pragma once

#include <span>
#include <vector>

#include "nn/arm_batch_norm.hpp"
#include "nn/arm_linear.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {

// Layers of all arms in one. All are equal to the tensor operations but for rounding, with
// gradients for x and all parameters; parameters that have a gradient already get theirs added to
// it during the backward pass. Float on the CPU; the same bits for any number of threads.

/// The first layers of a decoder: relu of each layer's affine function, x [A, B, I] -> [A, B, O].
torch::Tensor fused_relu_layers(const torch::Tensor& x, std::span<const ArmLinear> layers);

/// An encoder from its first layer's affine function x [A, B, H] on, in training: relu and batch
/// norm of x, then affine function, relu and batch norm of each further layer. `norms`, one more
/// than layers, move their running statistics.
torch::Tensor fused_normalised_layers(const torch::Tensor& x, std::span<const ArmLinear> layers,
                                      std::span<ArmBatchNorm> norms);

/// How the layers of fused_elu_layers run.
struct EluLayers {
  std::span<const ArmLinear> layers;
  bool after_affine = false;  // x is what a further first layer's affine function gave
  bool normalised = false;    // by the batch's statistics, before each ELU
  /// [A, B, O] factors of each layer's outputs (the first of them of x, with after_affine), or
  /// none.
  std::vector<torch::Tensor> masks = {};
  std::span<ArmBatchNorm> moved = {};  // norms whose running statistics follow likewise, or none
};

/// Affine function, batch norm where asked, ELU and mask of each layer: x [A, B, I] -> [A, B, O].
torch::Tensor fused_elu_layers(const torch::Tensor& x, const EluLayers& stack);

/// Experts' hidden layers, affine function and ELU of each: the cells x [N, I] are those of bank 0,
/// then those of bank 1, ..., bank b's from first_cells[b] on -> [N, O]. A bank may have none.
torch::Tensor fused_expert_layers(const torch::Tensor& x, std::span<const ArmLinear> layers,
                                  const std::vector<std::int64_t>& first_cells);

}  // namespace mixvae::nn
