#include "nn/arm_batch_norm.hpp"

#include "base/error.hpp"

namespace mixvae::nn {

ArmBatchNorm::ArmBatchNorm(std::int64_t arms, std::int64_t width)
    : running_mean_(torch::zeros({arms, 1, width})),
      running_variance_(torch::ones({arms, 1, width})) {}

torch::Tensor ArmBatchNorm::forward_training(const torch::Tensor& x) {
  const std::int64_t batch = x.size(1);
  MIXVAE_ASSERT(batch >= 2, "batch statistics need at least two cells");
  const torch::Tensor mean = x.mean(1, true);
  const torch::Tensor centred = x - mean;
  const torch::Tensor variance = centred.square().mean(1, true);
  {
    const torch::NoGradGuard no_grad;
    const double unbias = static_cast<double>(batch) / static_cast<double>(batch - 1);
    running_mean_.mul_(1.0 - kMomentum).add_(mean.detach(), kMomentum);
    running_variance_.mul_(1.0 - kMomentum).add_(variance.detach(), kMomentum * unbias);
  }
  return centred * torch::rsqrt(variance + kEpsilon);
}

torch::Tensor ArmBatchNorm::normalise_batch(const torch::Tensor& x) const {
  MIXVAE_ASSERT(x.size(1) >= 2, "batch statistics need at least two cells");
  const torch::Tensor centred = x - x.mean(1, true);
  return centred * torch::rsqrt(centred.square().mean(1, true) + kEpsilon);
}

torch::Tensor ArmBatchNorm::forward_evaluation(const torch::Tensor& x) const {
  return (x - running_mean_) * torch::rsqrt(running_variance_ + kEpsilon);
}

void ArmBatchNorm::move_statistics(const float* means, const float* variances, std::int64_t batch) {
  const auto unbias = static_cast<float>(batch) / static_cast<float>(batch - 1);
  constexpr auto kShare = static_cast<float>(kMomentum);
  auto* mean = running_mean_.data_ptr<float>();
  auto* variance = running_variance_.data_ptr<float>();
  for (std::int64_t i = 0; i < running_mean_.numel(); ++i) {
    mean[i] += kShare * (means[i] - mean[i]);
    variance[i] += kShare * (unbias * variances[i] - variance[i]);
  }
}

void ArmBatchNorm::visit(const std::string& name, const TensorVisitor& visitor) {
  visitor(name + ".running_mean", running_mean_, TensorKind::buffer);
  visitor(name + ".running_variance", running_variance_, TensorKind::buffer);
}

}  // namespace mixvae::nn
