#pragma once

#include <vector>

#include "nn/kernels/output_layer.hpp"
#include "nn/sparse_rows.hpp"
#include "nn/torch.hpp"

namespace mixvae::objectives {

/// What the arms reconstruct: sparse rows (one batch for all arms, or one per arm), or a dense
/// tensor [A or 1, B, D] where there are none; of counts with each cell's library [B].
struct ReconstructionTarget {
  std::vector<nn::SparseRows> sparse = {};
  torch::Tensor dense = {};
  torch::Tensor library = {};

  bool defined() const { return !sparse.empty() || dense.defined(); }
};

/// The decoder's last layer, y = h W + b: weight [A or 1, H, D], bias [A or 1, 1, D].
struct OutputWeights {
  torch::Tensor weight;
  torch::Tensor bias;
  nn::kernels::OutputKind kind = nn::kernels::OutputKind::relu;
  /// What the products of fused_mean_reconstruction_error read where they run as tiles; bf16 needs
  /// kernels::has_bf16_product().
  nn::kernels::Precision precision = nn::kernels::Precision::fp32;
};

/// The output layer and squared_error or bernoulli_error (reconstruction.hpp) in one: each cell's
/// error [A, B] from h [A, B, H], without forming y [A, B, D]. A linear output with sparse
/// targets takes the exact form that needs no dense product of size B x D. No gradient.
torch::Tensor fused_reconstruction_error(const torch::Tensor& h, const OutputWeights& output,
                                         const ReconstructionTarget& target);

/// The mean of these errors over the cells of each arm, [A], with gradients for h, weight and bias,
/// which are computed in the same pass; equal to the mean of the plain layer but
/// for rounding. Float on the CPU; the same bits for any number of threads.
torch::Tensor fused_mean_reconstruction_error(const torch::Tensor& h, const OutputWeights& output,
                                              const ReconstructionTarget& target);

}  // namespace mixvae::objectives
