#include "objectives/reconstruction.hpp"

namespace mixvae::objectives {
namespace {

constexpr double kSmallestErrorVariance = 1e-6;

}  // namespace

torch::Tensor squared_error(const torch::Tensor& mean, const torch::Tensor& target) {
  return 0.5 * (mean - target).square().sum(-1);
}

torch::Tensor best_variance_likelihood(const torch::Tensor& squared_errors, std::int64_t features) {
  const auto d = static_cast<double>(features);
  return (squared_errors.mean(1) * (2 / d) + kSmallestErrorVariance).log() * (d / 2);
}

torch::Tensor bernoulli_error(const torch::Tensor& logits, const torch::Tensor& target) {
  return torch::binary_cross_entropy_with_logits(logits, target.expand_as(logits), {}, {},
                                                 at::Reduction::None)
      .sum(-1);
}

}  // namespace mixvae::objectives
