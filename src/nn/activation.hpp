#pragma once

#include "nn/kernels/activation.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {

using kernels::Activation;

/// max(x, 0), or ELU: what stands behind the affine function of a hidden layer.
inline torch::Tensor activated(const torch::Tensor& x, Activation activation) {
  return activation == Activation::elu ? torch::elu(x) : torch::relu(x);
}

}  // namespace mixvae::nn
