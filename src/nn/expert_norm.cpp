#include "nn/expert_norm.hpp"

#include "nn/arm_batch_norm.hpp"

namespace mixvae::nn {

ExpertNorm::ExpertNorm(std::int64_t networks, std::int64_t width)
    : running_mean_(torch::zeros({networks, width})),
      running_variance_(torch::ones({networks, width})) {}

torch::Tensor ExpertNorm::forward_training(const torch::Tensor& x, const RowsOfBanks& rows) const {
  const auto of_networks = [&](const torch::Tensor& each) {
    return torch::zeros({running_mean_.size(0), each.size(1)}, x.options())
        .index_add(0, rows.bank, each * rows.count);
  };
  const torch::Tensor sizes = of_networks(torch::ones_like(rows.count));  // [M, 1]
  const torch::Tensor several = sizes.ge(2);
  const torch::Tensor mean =
      torch::where(several, of_networks(x) / sizes.clamp_min(1), running_mean_);
  const torch::Tensor centred = x - mean.index_select(0, rows.bank);
  const torch::Tensor variance =
      torch::where(several, of_networks(centred.square()) / sizes.clamp_min(1), running_variance_);
  {
    const torch::NoGradGuard no_grad;
    const torch::Tensor unbias = sizes / (sizes - 1).clamp_min(1);
    const torch::Tensor rate = ArmBatchNorm::kMomentum * several.to(x.dtype());
    running_mean_.add_(rate * (mean.detach() - running_mean_));
    running_variance_.add_(rate * (unbias * variance.detach() - running_variance_));
  }
  return centred * torch::rsqrt(variance + ArmBatchNorm::kEpsilon).index_select(0, rows.bank);
}

torch::Tensor ExpertNorm::forward_evaluation(const torch::Tensor& x,
                                             const RowsOfBanks& rows) const {
  const torch::Tensor scale = torch::rsqrt(running_variance_ + ArmBatchNorm::kEpsilon);
  return (x - running_mean_.index_select(0, rows.bank)) * scale.index_select(0, rows.bank);
}

void ExpertNorm::visit(const std::string& name, const TensorVisitor& visitor) {
  visitor(name + ".running_mean", running_mean_, TensorKind::buffer);
  visitor(name + ".running_variance", running_variance_, TensorKind::buffer);
}

}  // namespace mixvae::nn
