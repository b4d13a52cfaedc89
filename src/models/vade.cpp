#include "models/vade.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "models/objective_sum.hpp"
#include "models/parts/joined_options.hpp"
#include "models/parts/layer_widths.hpp"

namespace mixvae::models {
namespace {

Options options(WideLayerOptions& wide) {
  return {{.name = "wide-hidden",
           .target = &wide.wide_hidden,
           .meaning = "number of units of one further hidden layer next to the code, the encoder's "
                      "last and the decoder's first",
           .minimum = 1,
           .maximum = 100000}};
}

Options options(VadeObjectiveOptions& objective) {
  return {
      {.name = "reconstruction",
       .target = &objective.reconstruction,
       .meaning = "weight of the reconstruction term",
       .minimum = 0,
       .maximum = 1e6},
      {.name = "type-code",
       .target = word(objective.type_code),
       .meaning = "what a cell's type probabilities are read from while training: the sample of "
                  "its code that is decoded, or the code's mean",
       .choices = {"sample", "mean"}},
  };
}

Options options(PretrainingOptions& pretraining) {
  return {
      {.name = "pretraining-share",
       .target = &pretraining.pretraining_share,
       .meaning = "share of the epochs that train a plain autoencoder, before types are learned",
       .minimum = 0,
       .maximum = 0.9},
      {.name = "pretraining-rate",
       .target = &pretraining.pretraining_rate,
       .meaning = "learning rate of the plain autoencoder, as a multiple of --learning-rate",
       .minimum = 0.001,
       .maximum = 1000,
       .needs = {"pretraining-share!=0"}},
      {.name = "mixture-starts",
       .target = &pretraining.mixture_starts,
       .meaning =
           "types start from a Gaussian mixture of the codes, itself from the best of so many "
           "k-means clusterings; 0: from random means",
       .minimum = 0,
       .maximum = 1000},
  };
}

/// Deviation of q(z|x) at the start of the ELBO, as a share of that of the components: the paper
/// tells none, and one that is fixed drowns codes of a small scale in noise.
constexpr double kStartingNoise = 0.5;

/// D -> hidden -> ... -> wide, all of them hidden layers.
EncoderOptions hidden_layers(const VadeOptions& options) {
  return {.hidden = options.encoder.hidden,
          .hidden_layers = options.encoder.hidden_layers,
          .latent = options.wide.wide_hidden};
}

/// The mirror: L -> wide -> hidden -> ... -> D.
Decoder::Shape decoder_shape(const ModelShape& shape, const VadeOptions& options) {
  std::vector<std::int64_t> widths =
      layer_widths(options.wide.wide_hidden, options.encoder.hidden, options.encoder.hidden_layers);
  widths.insert(widths.begin(), options.encoder.latent);
  return {1, std::move(widths), shape.decoded()};
}

}  // namespace

std::vector<PartOptions> parts(VadeOptions& model) {
  return {
      {"Encoder", joined({options(model.encoder), options(model.wide)})},
      {"Decoder and likelihood", joined({options(model.likelihood), options(model.output)})},
      {"Mixture of codes", options(model.mixture)},
      {"Objective", options(model.objective)},
      {"Pretraining", options(model.pretraining), false},
      {"Copies", options(model.target), false},
  };
}

Vade::Vade(const ModelShape& shape, const VadeOptions& options, std::uint64_t seed)
    : shape_(checked(shape)),
      options_(options),
      seed_(seed),
      keys_{seed},
      encoder_({.features = shape.features, .normalised = false}, hidden_layers(options), keys_),
      code_mean_(1, options.wide.wide_hidden, options.encoder.latent, false, seed, keys_.take()),
      code_log_variance_(1, options.wide.wide_hidden, options.encoder.latent, false, seed,
                         keys_.take()),
      decoder_(decoder_shape(shape, options),
               make_likelihood(options.likelihood.likelihood, options.output.output), keys_),
      mixture_(shape.types, options.encoder.latent, options.mixture, keys_) {}

bool Vade::reads_sparse_rows(const nn::Execution& execution) const {
  return encoder_.runs_kernels(execution) && decoder_.reads_sparse_rows(execution);
}

objectives::DiagonalGaussians Vade::encode(const Batch& batch, bool training) {
  const torch::Tensor hidden =
      encoder_.encode(arm_input(batch.only(), 1, 0, {}), training, batch.execution);
  return {code_mean_.forward(hidden), code_log_variance_.forward(hidden)};
}

Vade::Encoded Vade::encode_training(const Batch& batch) {
  Encoded encoded{encode(batch, true), {}, {}};
  const auto& [mean, log_variance] = encoded.posterior;
  if (learned_ == Objective::reconstruction) {
    encoded.code = mean;
    return encoded;
  }
  const nn::NoiseKey key{seed_, Purpose::code_noise, batch.step_number()};
  encoded.code =
      mean + torch::exp(0.5 * log_variance) * nn::normal(mean.sizes(), key, mean.options());
  encoded.gamma =
      mixture_.posterior(options_.objective.type_code == TypeCode::sample ? encoded.code : mean);
  return encoded;
}

Vade::Encoded Vade::encode_evaluation(const Batch& batch) {
  Encoded encoded{encode(batch, false), {}, {}};
  encoded.code = encoded.posterior.mean;
  encoded.gamma = mixture_.posterior(encoded.code);
  return encoded;
}

LossTerms Vade::objective(const Encoded& encoded, const Batch& batch) const {
  ObjectiveSum sum;
  sum.add("reconstruction",
          decoder_.mean_errors({encoded.code, {}}, target_of(batch.only()), batch.execution).sum(),
          options_.objective.reconstruction);
  if (learned_ == Objective::reconstruction) {
    return sum.terms();
  }
  const auto& [gamma, log_gamma] = encoded.gamma;
  const torch::Tensor kl_code = objectives::component_kl(encoded.posterior, mixture_.components());
  const torch::Tensor log_pi = mixture_.weights().log_q;
  sum.add("kl_code", (gamma * kl_code).sum(-1).mean(), 1);
  sum.add("kl_type", (gamma * (log_gamma - log_pi)).sum(-1).mean(), 1);
  return sum.terms();
}

LossTerms Vade::training_loss(const Batch& batch) {
  return objective(encode_training(batch), batch);
}

LossTerms Vade::validation_loss(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  return objective(encode_evaluation(batch), batch);
}

Posterior Vade::infer(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  const Encoded encoded = encode_evaluation(batch);
  return {encoded.gamma.q, encoded.code.narrow(-1, 0, 0), encoded.code,
          decoder_.own_errors({encoded.code, {}}, batch.only(), batch.execution)};
}

torch::Tensor Vade::generate(const Generation& wanted) {
  MIXVAE_ASSERT(wanted.arm == 0 && wanted.type < shape_.types, "arm and type exist");
  const torch::NoGradGuard no_grad;
  const torch::Tensor codes = mixture_.draw(wanted).unsqueeze(0);
  return decoder_.generated({codes, {}}, wanted).squeeze(0);
}

void Vade::visit(const TensorVisitor& visitor) {
  encoder_.visit("encoder", visitor);
  code_mean_.visit("code_mean", visitor);
  code_log_variance_.visit("code_log_variance", visitor);
  decoder_.visit("decoder", visitor);
  mixture_.visit(visitor);
}

void Vade::learn(Objective objective) {
  MIXVAE_ASSERT(objective != Objective::states, "the model has states to learn alone");
  learned_ = objective;
}

void Vade::start_mixture(const FittedMixture& fitted) {
  mixture_.start(fitted);
  const torch::NoGradGuard no_grad;
  const torch::Tensor within = torch::matmul(fitted.weights, fitted.variances);  // [L]
  code_log_variance_.weight().detach().zero_();
  code_log_variance_.bias().detach()[0][0].copy_((kStartingNoise * kStartingNoise * within).log());
}

Recipe vade_recipe(const VadeOptions& options, std::int64_t epochs) {
  const PretrainingOptions& wanted = options.pretraining;
  const std::int64_t pretraining =
      std::llround(wanted.pretraining_share * static_cast<double>(epochs));
  Recipe recipe{.likelihood = make_likelihood(options.likelihood.likelihood, options.output.output),
                .original_target = options.target.target == Target::original};
  if (pretraining > 0) {
    recipe.phases.push_back({.name = "autoencoder",
                             .epochs = pretraining,
                             .objective = Objective::reconstruction,
                             .learning_rate_scale = wanted.pretraining_rate});
  }
  recipe.phases.push_back({.name = "main",
                           .epochs = std::max<std::int64_t>(epochs - pretraining, 1),
                           .mixture_starts = wanted.mixture_starts,
                           .fresh_optimiser = true});
  return recipe;
}

}  // namespace mixvae::models
