#pragma once

#include <vector>

#include "nn/random.hpp"
#include "nn/sparse_rows.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {

/// Dropout of inputs: each is kept with probability `keep`, then divided by it.
struct Dropout {
  double keep = 1;  // in (0, 1]
  NoiseKey key = {};
};

/// The affine layer on sparse inputs with dropout inside: [A, B, O] = (x * dropout_mask([A, B, D]))
/// W + b, equal to the tensor operations but for rounding. `x`: one batch [B, D] that every arm
/// reads, or one per arm. Weights [A or 1, D, O] and bias [A or 1, 1, O] are float on the CPU and
/// get gradients (a weight that has one already gets it added during the backward pass); x does
/// not. Costs are linear in the kept non-zeros. The same bits for any number of threads.
torch::Tensor sparse_linear(const std::vector<SparseRows>& x, const torch::Tensor& weight,
                            const torch::Tensor& bias, std::int64_t arms, const Dropout& dropout);

}  // namespace mixvae::nn
