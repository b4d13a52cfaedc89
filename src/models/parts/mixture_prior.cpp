#include "models/parts/mixture_prior.hpp"

#include <cmath>

#include "base/error.hpp"
#include "models/parts/accepted_draws.hpp"
#include "nn/random.hpp"

namespace mixvae::models {
namespace {

/// ln of weights that may be 0.
torch::Tensor log_weights(const torch::Tensor& weights) { return weights.clamp_min(1e-30).log(); }

}  // namespace

Options options(MixturePriorOptions& mixture) {
  return {{.name = "weight-count",
           .target = word(mixture.weight_count),
           .meaning = "how often the weight of a type counts in a cell's type probabilities: once, "
                      "or once for each dimension of the code, as in the authors' code",
           .choices = {"once", "per-dimension"}}};
}

MixturePrior::MixturePrior(std::int64_t types, std::int64_t latent,
                           const MixturePriorOptions& options, LayerKeys& keys)
    : options_(options),
      weight_logits_(torch::zeros({types}).requires_grad_(true)),
      means_(nn::normal({types, latent}, {keys.seed, Purpose::initial_weights, keys.take()}, {})
                 .requires_grad_(true)),
      log_variances_(torch::zeros({types, latent}).requires_grad_(true)),
      kept_(torch::ones({types}, torch::TensorOptions().dtype(torch::kBool))) {}

nn::TypePosterior MixturePrior::weights() const {
  return nn::type_posterior(weight_logits_, kept_, nn::TypeHead::once, 1, nn::LogKind::exact);
}

nn::TypePosterior MixturePrior::posterior(const torch::Tensor& codes) const {
  const double count =
      options_.weight_count == WeightCount::once ? 1.0 : static_cast<double>(means_.size(-1));
  const torch::Tensor log_joint =
      count * weights().log_q + objectives::log_densities(codes, components());
  return nn::type_posterior(log_joint, kept_, nn::TypeHead::once, 1, nn::LogKind::exact);
}

void MixturePrior::start(const FittedMixture& fitted) {
  const torch::NoGradGuard no_grad;
  weight_logits_.detach().copy_(log_weights(fitted.weights));
  means_.detach().copy_(fitted.means);
  log_variances_.detach().copy_(fitted.variances.log());
}

torch::Tensor MixturePrior::draw(const Generation& wanted) const {
  const torch::NoGradGuard no_grad;
  const torch::Tensor deviations = torch::exp(0.5 * log_variances_[wanted.type]);
  return accepted_draws(wanted,
                        {.types = means_.size(0),
                         .width = means_.size(-1),
                         .tensors = means_.options().requires_grad(false),
                         .codes =
                             [&](const torch::Tensor& noise) {
                               return means_[wanted.type] + wanted.spread * deviations * noise;
                             },
                         .posterior =
                             [&](const torch::Tensor& codes) {
                               return posterior(codes.unsqueeze(0)).q[0].select(-1, wanted.type);
                             }});
}

void MixturePrior::prune(std::int64_t type) {
  MIXVAE_ASSERT(type >= 0 && type < kept_.size(0), "the pruned type exists");
  const torch::NoGradGuard no_grad;
  kept_.index_put_({torch::tensor(type)}, false);
  weight_logits_.detach()[type].zero_();
}

void MixturePrior::visit(const TensorVisitor& visitor) {
  visitor("mixture.weight_logits", weight_logits_, TensorKind::parameter);
  visitor("mixture.means", means_, TensorKind::parameter);
  visitor("mixture.log_variances", log_variances_, TensorKind::parameter);
  visitor("kept_types", kept_, TensorKind::buffer);
}

}  // namespace mixvae::models
