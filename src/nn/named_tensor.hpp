#pragma once

#include <functional>
#include <string>

#include "nn/torch.hpp"

namespace mixvae::nn {

/// A learnable tensor or a running statistic by name ("encoder.1.weight"). Shares memory with its
/// owner.
struct NamedTensor {
  std::string name;
  torch::Tensor tensor;
};

/// What a part keeps: what it learns, or what else its results depend on.
enum class TensorKind { parameter, buffer };

/// Called by a part's visit() with each tensor that the part keeps, in a fixed order. What is
/// learned, saved, moved and converted follows from it.
using TensorVisitor =
    std::function<void(const std::string& name, torch::Tensor& tensor, TensorKind kind)>;

/// Moves or converts a tensor in place, so that every handle to it sees the change; truth values
/// stay truth values.
inline void convert_in_place(torch::Tensor& tensor, const torch::TensorOptions& options) {
  const torch::NoGradGuard no_grad;
  const bool truth = tensor.scalar_type() == torch::kBool;
  tensor.set_data(tensor.detach().to(truth ? options.dtype(torch::kBool) : options));
}

}  // namespace mixvae::nn
