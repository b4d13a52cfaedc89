#include "objectives/gaussian_mixture.hpp"

#include <cmath>
#include <numbers>

namespace mixvae::objectives {
namespace {

const double kLogTwoPi = std::log(2 * std::numbers::pi);

/// (z - m_k)^2 of each dimension, [A, B, K, L]: differences first, so that far codes keep theirs.
torch::Tensor squared_distances(const torch::Tensor& codes, const torch::Tensor& means) {
  return (codes.unsqueeze(-2) - means).square();
}

}  // namespace

torch::Tensor log_densities(const torch::Tensor& codes, const DiagonalGaussians& components) {
  const torch::Tensor squares = squared_distances(codes, components.mean);
  return -0.5 *
         (kLogTwoPi + components.log_variance + squares * torch::exp(-components.log_variance))
             .sum(-1);
}

torch::Tensor component_kl(const DiagonalGaussians& posterior,
                           const DiagonalGaussians& components) {
  const torch::Tensor log_variance = posterior.log_variance.unsqueeze(-2);  // [A, B, 1, L]
  const torch::Tensor squares = squared_distances(posterior.mean, components.mean);
  const torch::Tensor scaled =
      (torch::exp(log_variance) + squares) * torch::exp(-components.log_variance);
  return 0.5 * (components.log_variance - log_variance - 1.0 + scaled).sum(-1);
}

}  // namespace mixvae::objectives
