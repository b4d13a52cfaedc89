#include "models/parts/code_mixture.hpp"

#include "base/error.hpp"
#include "models/parts/accepted_draws.hpp"

namespace mixvae::models {
CodeMixture::CodeMixture(std::int64_t types, std::int64_t latent, const MixtureOptions& options)
    : options_(options),
      means_(torch::zeros({1, types, latent}).requires_grad_(options.centre == Centre::learned)),
      drawn_means_(torch::zeros({1, types, latent})),
      covariance_(torch::eye(latent).expand({1, types, latent, latent}).clone()),
      visits_(torch::zeros({1, types})) {}

void CodeMixture::follow(const Codes& codes) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor sizes = codes.type.sum(1);  // [1, K]
  visits_.add_(sizes > 0);
  const torch::Tensor rate =
      (1.0 / visits_.clamp_min(1)).clamp_min(1.0 - options_.centre_momentum) * (sizes > 0);
  follow_means(codes, sizes, rate);
  const torch::Tensor members = codes.type.transpose(1, 2);
  const torch::Tensor mean = torch::matmul(members, codes.loc) / sizes.clamp_min(1).unsqueeze(-1);
  drawn_means_.add_(rate.unsqueeze(-1) * (mean - drawn_means_));
  const torch::Tensor centred = codes.loc.unsqueeze(1) - drawn_means_.unsqueeze(2);  // [1, K, B, L]
  const torch::Tensor covariance =
      torch::matmul((centred * members.unsqueeze(-1)).transpose(2, 3), centred) /
      sizes.clamp_min(1).unsqueeze(-1).unsqueeze(-1);
  covariance_.add_(rate.unsqueeze(-1).unsqueeze(-1) * (covariance - covariance_));
}

void CodeMixture::follow_means(const Codes& codes, const torch::Tensor& sizes,
                               const torch::Tensor& rate) {
  if (options_.centre == Centre::learned) {
    return;
  }
  const bool soft = options_.centre == Centre::em;
  const torch::Tensor& weights = soft ? codes.q : codes.type;
  const torch::Tensor mean =
      torch::matmul(weights.transpose(1, 2), codes.code) / sizes.clamp_min(1).unsqueeze(-1);
  const torch::Tensor step = soft ? sizes.gt(0).to(mean.dtype()) : rate;
  means_.add_(step.unsqueeze(-1) * (mean - means_));
}

torch::Tensor CodeMixture::variance(const torch::Tensor& code, const torch::Tensor& type,
                                    double missing_noise) const {
  const torch::Tensor variance = objectives::type_variance(code, type, means_);
  const torch::Tensor present = type.sum(1).gt(0).unsqueeze(-1);  // [1, K, 1]
  return variance + missing_noise * present;
}

torch::Tensor CodeMixture::codes_of(const Generation& wanted, const torch::Tensor& noise) const {
  if (wanted.codes == DrawnCodes::published) {
    return means_[0][wanted.type] + wanted.spread * noise;
  }
  const auto [values, directions] = at::linalg_eigh(covariance_[0][wanted.type]);
  return drawn_means_[0][wanted.type] +
         torch::matmul(wanted.spread * noise * values.clamp_min(0).sqrt(),
                       directions.transpose(0, 1));
}

torch::Tensor CodeMixture::draw(
    const Generation& wanted,
    const std::function<torch::Tensor(const torch::Tensor&)>& posterior) const {
  if (visits_[0][wanted.type].item<double>() == 0) {
    throw InputError({.what = "a type had no cells in training: there is nothing to draw it from",
                      .hint = "name other types (--types)"});
  }
  return accepted_draws(
      wanted, {.types = means_.size(1),
               .width = means_.size(-1),
               .tensors = means_.options().requires_grad(false),
               .codes = [&](const torch::Tensor& noise) { return codes_of(wanted, noise); },
               .posterior = posterior});
}

void CodeMixture::visit(const TensorVisitor& visitor) {
  visitor("type_means", means_,
          options_.centre == Centre::learned ? TensorKind::parameter : TensorKind::buffer);
  visitor("drawn_means", drawn_means_, TensorKind::buffer);
  visitor("type_covariance", covariance_, TensorKind::buffer);
  visitor("type_visits", visits_, TensorKind::buffer);
}

}  // namespace mixvae::models
