#include "objectives/kl_divergence.hpp"

namespace mixvae::objectives {

torch::Tensor standard_normal_kl(const torch::Tensor& mean, const torch::Tensor& variance) {
  return standard_normal_kl_of_states(mean, variance).sum(-1);
}

torch::Tensor standard_normal_kl_of_states(const torch::Tensor& mean,
                                           const torch::Tensor& variance) {
  return 0.5 * (mean.square() + variance - 1.0 - variance.log());
}

}  // namespace mixvae::objectives
