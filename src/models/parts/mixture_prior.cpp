#include "models/parts/mixture_prior.hpp"

#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "nn/random.hpp"

namespace mixvae::models {
namespace {

/// Draws of one round of generation: a cell's draw depends on its place alone.
constexpr std::int64_t kDrawsOfARound = 4096;
/// Generation ends when fewer draws than one in so many are accepted.
constexpr std::int64_t kMostDrawsPerCell = 100'000;

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

torch::Tensor MixturePrior::accepted_draws(const Generation& wanted, std::uint64_t round,
                                           torch::Tensor& places) const {
  const auto type = static_cast<std::uint64_t>(wanted.type);
  const auto types = static_cast<std::uint64_t>(means_.size(0));
  const torch::Tensor noise = nn::normal({kDrawsOfARound, means_.size(-1)},
                                         {wanted.seed, Purpose::generation, type + round * types},
                                         means_.options().requires_grad(false));
  const torch::Tensor codes =
      means_[wanted.type] + wanted.spread * torch::exp(0.5 * log_variances_[wanted.type]) * noise;
  if (wanted.least_posterior <= 0) {
    places = torch::arange(kDrawsOfARound, places.options());
    return codes;
  }
  const torch::Tensor own = posterior(codes.unsqueeze(0)).q[0].select(-1, wanted.type);
  places = own.ge(wanted.least_posterior).nonzero().squeeze(-1);
  return codes.index_select(0, places);
}

torch::Tensor MixturePrior::draw(const Generation& wanted) const {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> accepted;
  std::int64_t count = 0;
  std::int64_t draws = 0;
  for (std::uint64_t round = 0; count < wanted.count; ++round) {
    const auto before = static_cast<std::int64_t>(round) * kDrawsOfARound;
    if (before > kMostDrawsPerCell && before / kMostDrawsPerCell >= count + 1) {
      throw InputError({.what = "hardly a draw of a type is as probable to be of it as asked for",
                        .found = with_commas(count) + " of " + with_commas(before) + " draws",
                        .hint = "lower --posterior, or leave the type out (--types)"});
    }
    torch::Tensor places = torch::empty({0}, means_.options().dtype(torch::kInt64));
    const torch::Tensor found = accepted_draws(wanted, round, places);
    const std::int64_t taken = std::min(found.size(0), wanted.count - count);
    if (taken > 0) {
      accepted.push_back(found.narrow(0, 0, taken));
      draws = before + places[taken - 1].item<std::int64_t>() + 1;
      count += taken;
    }
  }
  if (wanted.draws != nullptr) {
    *wanted.draws = draws;
  }
  return torch::cat(accepted);
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
