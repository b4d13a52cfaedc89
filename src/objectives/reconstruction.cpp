#include "objectives/reconstruction.hpp"

namespace mixvae::objectives {

torch::Tensor squared_error(const torch::Tensor& mean, const torch::Tensor& target) {
  return 0.5 * (mean - target).square().sum(-1);
}

}  // namespace mixvae::objectives
