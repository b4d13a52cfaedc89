#pragma once

#include <string>

#include "nn/named_tensor.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {

/// Affine layers of all arms of a bank as one batched product. Letters: A arms, B cells, I inputs,
/// O outputs. A bank whose arms share their weights stores them once ([1, I, O]) and expands them.
class ArmLinear {
 public:
  ArmLinear() = default;
  /// Weights and biases ~ U(-1/sqrt(I), 1/sqrt(I)) (PyTorch's default; docs/equations.md, encoder);
  /// `layer` keys their random numbers.
  ArmLinear(std::int64_t arms, std::int64_t inputs, std::int64_t outputs, bool shared_by_arms,
            std::uint64_t seed, std::uint64_t layer);

  /// [A, B, I] (or [B, I], read by every arm) -> [A, B, O]. Weights that are stored once serve any
  /// number of arms.
  torch::Tensor forward(const torch::Tensor& x) const;

  std::int64_t inputs() const { return weight_.size(1); }
  std::int64_t outputs() const { return weight_.size(2); }
  const torch::Tensor& weight() const { return weight_; }  // [A or 1, I, O]
  const torch::Tensor& bias() const { return bias_; }      // [A or 1, 1, O]

  void visit(const std::string& name, const TensorVisitor& visitor);

 private:
  std::int64_t arms_ = 0;
  torch::Tensor weight_;
  torch::Tensor bias_;
};

}  // namespace mixvae::nn
