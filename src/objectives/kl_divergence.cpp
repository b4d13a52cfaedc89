#include "objectives/kl_divergence.hpp"

namespace mixvae::objectives {

torch::Tensor standard_normal_kl(const torch::Tensor& mean, const torch::Tensor& variance) {
  return 0.5 * (mean.square() + variance - 1.0 - variance.log()).sum(-1);
}

}  // namespace mixvae::objectives
