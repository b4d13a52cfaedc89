#pragma once

#include <string>

#include "nn/torch.hpp"

namespace mixvae::nn {

/// A learnable tensor or a running statistic by name ("encoder.1.weight"). Shares memory with its
/// owner.
struct NamedTensor {
  std::string name;
  torch::Tensor tensor;
};

/// Moves or converts a tensor in place, so that every handle to it sees the change.
inline void convert_in_place(torch::Tensor& tensor, const torch::TensorOptions& options) {
  const torch::NoGradGuard no_grad;
  tensor.set_data(tensor.detach().to(options));
}

}  // namespace mixvae::nn
