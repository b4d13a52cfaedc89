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

torch::Tensor ArmBatchNorm::forward_evaluation(const torch::Tensor& x) const {
  return (x - running_mean_) * torch::rsqrt(running_variance_ + kEpsilon);
}

void ArmBatchNorm::append_buffers(const std::string& name, std::vector<NamedTensor>& out) const {
  out.push_back({name + ".running_mean", running_mean_});
  out.push_back({name + ".running_variance", running_variance_});
}

void ArmBatchNorm::to(const torch::TensorOptions& options) {
  convert_in_place(running_mean_, options);
  convert_in_place(running_variance_, options);
}

}  // namespace mixvae::nn
