#pragma once

#include <string>

#include "nn/named_tensor.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {

/// Batch normalisation per arm and unit, without scale and shift (docs/equations.md, encoder):
/// biased variance in the normalisation, unbiased in the running estimate, momentum 0.01, eps 1e-8.
class ArmBatchNorm {
 public:
  static constexpr double kEpsilon = 1e-8;
  static constexpr double kMomentum = 0.01;

  ArmBatchNorm() = default;
  ArmBatchNorm(std::int64_t arms, std::int64_t width);

  /// [A, B, H] -> [A, B, H] by the batch's own statistics, which also move the running ones. Needs
  /// B >= 2.
  torch::Tensor forward_training(const torch::Tensor& x);
  /// The same without moving the running statistics: for a second, noisy pass.
  torch::Tensor normalise_batch(const torch::Tensor& x) const;
  /// [A, B, H] -> [A, B, H] by the running statistics.
  torch::Tensor forward_evaluation(const torch::Tensor& x) const;

  /// Moves the running statistics by those of a batch: means and biased variances [A, H].
  void move_statistics(const float* means, const float* variances, std::int64_t batch);

  std::int64_t arms() const { return running_mean_.size(0); }
  void visit(const std::string& name, const TensorVisitor& visitor);

 private:
  torch::Tensor running_mean_;      // [A, 1, H]
  torch::Tensor running_variance_;  // [A, 1, H]
};

}  // namespace mixvae::nn
