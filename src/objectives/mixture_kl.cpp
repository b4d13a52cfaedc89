#include "objectives/mixture_kl.hpp"

namespace mixvae::objectives {
namespace {

/// Variances below this count as this: codes of a type that fall together would pull without bound.
constexpr double kSmallestMixtureVariance = 1e-4;

}  // namespace

torch::Tensor type_variance(const torch::Tensor& codes, const torch::Tensor& types,
                            const torch::Tensor& means) {
  const torch::Tensor members = types.detach().transpose(1, 2);  // [A, K, B]
  const torch::Tensor centre = torch::matmul(types.detach(), means);
  const torch::Tensor squares = torch::matmul(members, (codes - centre).square());
  return squares / members.sum(-1, true).clamp_min(1);
}

torch::Tensor covariance_kl(const torch::Tensor& variance, KlDirection direction) {
  const torch::Tensor v =
      variance.clamp_min(kSmallestMixtureVariance).masked_fill(variance <= 0, 1.0);
  const torch::Tensor each =
      direction == KlDirection::standard ? v - 1.0 - v.log() : v.reciprocal() - 1.0 + v.log();
  return 0.5 * each.sum(-1).mean(-1);
}

}  // namespace mixvae::objectives
