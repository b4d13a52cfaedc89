#pragma once

#include "nn/torch.hpp"

namespace mixvae::objectives {

/// What a decoder says of counts: their mean is library x sigmoid(outputs).
struct DecodedCounts {
  torch::Tensor outputs;   // [A, B, D]
  torch::Tensor log_size;  // [A or 1, 1, D]
  torch::Tensor library;   // [B], > 0
};

/// negative_binomial_error (negative_binomial.hpp) [A, B] of counts [1, B, D], in one pass. No
/// gradient. Float on the CPU.
torch::Tensor fused_negative_binomial_error(const DecodedCounts& decoded,
                                            const torch::Tensor& counts);

/// The mean of these errors over the cells of each arm, [A], with gradients for outputs and sizes,
/// computed in the same pass; the same bits for any number of threads.
torch::Tensor fused_mean_negative_binomial_error(const DecodedCounts& decoded,
                                                 const torch::Tensor& counts);

}  // namespace mixvae::objectives
