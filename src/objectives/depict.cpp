#include "objectives/depict.hpp"

namespace mixvae::objectives {
namespace {

constexpr double kSmallest = 1e-30;

}  // namespace

torch::Tensor depict_target(const torch::Tensor& q) { return moving_depict_target(q.detach()); }

torch::Tensor moving_depict_target(const torch::Tensor& q) {
  const torch::Tensor balanced = q / q.sum(1, true).clamp_min(kSmallest).sqrt();
  return balanced / balanced.sum(-1, true).clamp_min(kSmallest);
}

torch::Tensor depict_term(const torch::Tensor& target, const torch::Tensor& noisy_log_q) {
  return -(target * noisy_log_q).sum(-1).mean(1);
}

}  // namespace mixvae::objectives
