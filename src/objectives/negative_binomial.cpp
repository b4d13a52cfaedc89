#include "objectives/negative_binomial.hpp"

namespace mixvae::objectives {
namespace {

torch::Tensor softplus_of(const torch::Tensor& z) { return at::softplus(z, 1, 30); }

/// ln Gamma(theta) - ln Gamma(x + theta) + ln Gamma(x + 1), whose terms cancel.
torch::Tensor log_gammas(const torch::Tensor& log_size, const torch::Tensor& counts) {
  const torch::Tensor size = log_size.to(torch::kFloat64).exp();
  const torch::Tensor x = counts.to(torch::kFloat64);
  return (torch::lgamma(size) - torch::lgamma(x + size) + torch::lgamma(x + 1))
      .to(log_size.scalar_type());
}

/// [A, B, D] errors, with z = ln(mu / theta).
torch::Tensor feature_errors(const torch::Tensor& log_mean, const torch::Tensor& log_size,
                             const torch::Tensor& counts) {
  const torch::Tensor z = log_mean - log_size;
  return log_gammas(log_size, counts) + log_size.exp() * softplus_of(z) + counts * softplus_of(-z);
}

}  // namespace

torch::Tensor negative_binomial_error(const torch::Tensor& log_mean, const torch::Tensor& log_size,
                                      const torch::Tensor& counts) {
  return feature_errors(log_mean, log_size, counts).sum(-1);
}

torch::Tensor zero_inflated_negative_binomial_error(const torch::Tensor& log_mean,
                                                    const torch::Tensor& log_size,
                                                    const torch::Tensor& zero_logit,
                                                    const torch::Tensor& counts) {
  const torch::Tensor log_zero = -log_size.exp() * softplus_of(log_mean - log_size);  // ln NB(0)
  const torch::Tensor of_zero = -torch::logaddexp(zero_logit, log_zero);
  const torch::Tensor of_more = feature_errors(log_mean, log_size, counts);
  return (softplus_of(zero_logit) + torch::where(counts > 0, of_more, of_zero)).sum(-1);
}

}  // namespace mixvae::objectives
