#pragma once

#include <cstdint>
#include <vector>

#include "nn/kernels/sparse_product.hpp"

namespace mixvae::nn::kernels {

/// Numbers that the wide products of training read: floats, or the nearest numbers of 16 bits
/// (bf16), whose products are summed in floats.
enum class Precision { fp32, bf16 };

/// What y = h W + b says of a target x, and the error of a cell that follows:
/// linear: its mean, 1/2 sum_g (y - x)^2; relu: its mean is relu(y), 1/2 sum_g (relu(y) - x)^2;
/// bernoulli: the logits of features in [0, 1], sum_g log(1 + exp(y)) - x y.
enum class OutputKind { linear, relu, bernoulli };

/// The output layer of all arms, y = h W + b. All arrays are row-major without gaps; arms that
/// share their weights have a stride of 0 between them.
struct OutputLayer {
  std::int64_t arms;
  std::int64_t cells;     // B
  std::int64_t hidden;    // H
  std::int64_t features;  // D
  OutputKind kind;
  const float* h;       // [A, B, H]
  const float* weight;  // [A or 1, H, D]
  std::int64_t weight_stride;
  const float* bias;  // [A or 1, D]
  std::int64_t bias_stride;
  std::vector<SparseView> sparse = {};  // [A or 1] targets [B, D], or none:
  const float* dense = nullptr;         // [A or 1, B, D] targets
  std::int64_t dense_stride = 0;

  const float* h_of(std::int64_t arm) const { return h + arm * cells * hidden; }
  const float* weight_of(std::int64_t arm) const { return weight + arm * weight_stride; }
  std::size_t target_number(std::int64_t arm) const {
    return sparse.size() == 1 ? 0 : static_cast<std::size_t>(arm);
  }
  const SparseView& target_of(std::int64_t arm) const { return sparse[target_number(arm)]; }
  const float* bias_of(std::int64_t arm) const { return bias + arm * bias_stride; }
};

/// Where gradients of `scale` times the sum of all errors go; overwritten.
struct OutputGradients {
  float scale;
  float* h;       // [A, B, H]
  float* weight;  // [A, H, D]
  float* bias;    // [A, D]
};

/// errors [A, B] of the cells, by the layer's kind. One pass over tiles of cells and
/// features: products, errors and gradients of a tile are computed while it is in the cache, and
/// no [B, D] matrix is formed. `gradients` may be null. With bf16 (see has_bf16_product), h, W and
/// the gradients by the pre-activation are rounded where they enter products; errors and the
/// bias's gradient are not. The same bits for any number of threads.
void tiled_error(const OutputLayer& layer, float* errors, const OutputGradients* gradients,
                 Precision precision = Precision::fp32);

}  // namespace mixvae::nn::kernels
