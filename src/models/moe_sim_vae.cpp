#include "models/moe_sim_vae.hpp"

#include "base/error.hpp"
#include "models/parts/layer_widths.hpp"
#include "objectives/depict.hpp"
#include "objectives/mixture_kl.hpp"

namespace mixvae::models {
namespace {

/// The clustering network's log q is exact; its types are not sampled.
constexpr TypePosteriorOptions kPosterior{nn::TypeHead::once, nn::LogKind::exact};

TypeHead::Shape type_head_shape(const ModelShape& shape, const MoeSimVaeOptions& options) {
  const GatingOptions& gating = options.gating;
  return {1, gating.gating_layers > 0 ? gating.gating_hidden : options.encoder.latent, shape.types};
}

/// L -> hidden -> ... -> D; one expert for all types where they share it.
Decoder::Shape decoder_shape(const ModelShape& shape, const MoeSimVaeOptions& options) {
  return {1,
          layer_widths(options.encoder.latent,
                       options.decoder_sizes.decoder_hidden.value_or(options.encoder.hidden),
                       options.encoder.hidden_layers),
          shape.decoded(),
          options.decoder.decoder == DecoderKind::experts ? shape.types : 1,
          false,
          options.decoder.routing,
          {options.experts.norm == ExpertNorm::batch, options.activation.activation},
          expert_images(options.experts, shape.features, options.encoder_kind.image_width)};
}

nn::DenseStack gating_network(const MoeSimVaeOptions& options, LayerKeys& keys) {
  const GatingOptions& gating = options.gating;
  return nn::DenseStack(
      1, layer_widths(options.encoder.latent, gating.gating_hidden, gating.gating_layers), false,
      keys.seed, keys.take(static_cast<std::uint64_t>(gating.gating_layers)),
      options.activation.activation);
}

}  // namespace

MoeSimVae::MoeSimVae(const ModelShape& shape, const MoeSimVaeOptions& options, std::uint64_t seed)
    : shape_(checked(shape)),
      options_(options),
      seed_(seed),
      keys_{seed},
      encoder_(shape.features,
               {options.encoder, options.encoder_kind, options.encoder_norm,
                options.activation.activation},
               keys_),
      gating_(gating_network(options, keys_)),
      type_head_(type_head_shape(shape, options), {options.type_head, kPosterior, {}}, keys_),
      decoder_(decoder_shape(shape, options),
               make_likelihood(options.likelihood.likelihood, OutputActivation::linear), keys_),
      mixture_(shape.types, options.encoder.latent, options.mixture) {}

bool MoeSimVae::uses_noisy_pass(const Batch& batch) const {
  return options_.noise.depict_pass == DepictPass::noisy &&
         (batch.start.defined() || options_.noise.depict_weight > 0 ||
          options_.coupling.coupling > 0);
}

/// The code's sample number `draw`.
torch::Tensor MoeSimVae::noisy_code(const torch::Tensor& loc, const nn::StepNumber& draw) const {
  return loc + options_.noise.code_noise *
                   nn::normal(loc.sizes(), noise(Purpose::code_noise, draw), loc.options());
}

nn::TypePosterior MoeSimVae::noisy_posterior(const torch::Tensor& code, const Batch& batch) const {
  return type_head_.posterior(
      gating_.forward_noisy(code, options_.noise.noise_dropout,
                            noise(Purpose::noisy_gating, batch.step_number()), batch.execution));
}

MoeSimVae::Encoded MoeSimVae::encode_training(const Batch& batch) {
  const bool noisy = uses_noisy_pass(batch);
  const bool everywhere = options_.noise.noise_layers == NoiseLayers::all;
  const bool encodes_twice = noisy && (everywhere || batch.only().inputs.defined());
  const CodeEncoder::Means means = encoder_.training_means(
      batch.only(), encodes_twice, everywhere ? options_.noise.noise_dropout : 0.0,
      noise(Purpose::noisy_pass, batch.step_number()), batch.execution);
  Encoded encoded;
  encoded.statistics = nn::Statistics::of_batch;
  encoded.loc = means.clean;
  encoded.code = noisy_code(encoded.loc, batch.step_number() * 2 + 1);
  const bool reads_sample = options_.gating.gating_input == GatingInput::sample;
  const torch::Tensor& read = reads_sample ? encoded.code : encoded.loc;
  encoded.q = type_head_.posterior(gating_.forward_training(read, batch.execution));
  encoded.type = nn::most_probable_one_hot(encoded.q.q.detach());
  encoded.noisy = encoded.q;
  if (encodes_twice) {
    const bool samples = everywhere || reads_sample;
    encoded.noisy = noisy_posterior(
        samples ? noisy_code(means.noisy, batch.step_number() * 2) : means.noisy, batch);
  } else if (noisy) {
    encoded.noisy = noisy_posterior(read, batch);
  }
  return encoded;
}

MoeSimVae::Encoded MoeSimVae::encode_evaluation(const Batch& batch) const {
  Encoded encoded;
  encoded.loc = encoder_.evaluation_mean(batch.only());
  encoded.code = encoded.loc;
  encoded.missing_noise = options_.noise.code_noise * options_.noise.code_noise;
  encoded.q = type_head_.posterior(gating_.forward_evaluation(encoded.loc));
  encoded.type = nn::most_probable_one_hot(encoded.q.q);
  encoded.noisy = encoded.q;
  return encoded;
}

torch::Tensor MoeSimVae::depict(const Encoded& encoded) const {
  const torch::Tensor target = options_.noise.depict_pass == DepictPass::noisy
                                   ? objectives::depict_target(encoded.q.q)
                                   : objectives::moving_depict_target(encoded.q.q);
  return objectives::depict_term(target, encoded.noisy.log_q).sum();
}

void MoeSimVae::add_type_terms(const Encoded& encoded, const Batch& batch,
                               ObjectiveSum& sum) const {
  const nn::TypePosterior& q = encoded.q;
  const CouplingOptions& weights = options_.coupling;
  const auto total = [&](const torch::Tensor& mean) {
    return scaled(mean, batch.cells(), options_.objective.terms);
  };
  add_similarity_term(q, batch, options_.similarity, options_.objective.terms, sum);
  if (options_.noise.depict_weight > 0) {
    sum.add("depict", depict(encoded), options_.noise.depict_weight);
  }
  if (weights.coupling > 0) {
    const nn::TypePosterior passes{torch::cat({q.q, encoded.noisy.q}),
                                   torch::cat({q.log_q, encoded.noisy.log_q})};
    sum.add("distance",
            total(objectives::consensus_distance(passes, weights.distance, weights.variance_floor)),
            weights.coupling);
  }
  if (weights.entropy > 0) {
    sum.add("negative_entropy", total(objectives::negative_entropy(q).sum()), weights.entropy);
  }
  if (weights.balance > 0) {
    sum.add("balance", total(objectives::negative_balance_entropy(q.q).sum()), weights.balance);
  }
}

LossTerms MoeSimVae::objective(const Encoded& encoded, const Batch& batch) const {
  const TermScale scale = options_.objective.terms;
  const auto features = static_cast<double>(shape_.decoded());
  const torch::Tensor error = decoder_.mean_errors({encoded.code, encoded.q.q, encoded.statistics},
                                                   own_values(batch.only()), batch.execution);
  ObjectiveSum sum;
  sum.add("reconstruction", scaled(error.sum() / features, batch.cells() * shape_.decoded(), scale),
          options_.objective.reconstruction);
  sum.add("kl_code",
          scaled(objectives::covariance_kl(
                     mixture_.variance(encoded.code, encoded.type, encoded.missing_noise),
                     options_.mixture.kl_direction)
                     .sum(),
                 shape_.types, scale),
          options_.mixture.mixture_kl);
  if (batch.start.defined()) {
    sum.add(
        "start",
        scaled(objectives::type_cross_entropy(encoded.noisy.log_q, batch.start, batch.start_weight)
                   .sum(),
               batch.cells(), scale),
        1.0);
  } else {
    add_type_terms(encoded, batch, sum);
  }
  add_known_terms(encoded.q, batch, options_.known, scale, sum);
  return sum.terms();
}

LossTerms MoeSimVae::training_loss(const Batch& batch) {
  const Encoded encoded = encode_training(batch);
  mixture_.follow({encoded.loc, encoded.code, encoded.q.q, encoded.type});
  return objective(encoded, batch);
}

LossTerms MoeSimVae::validation_loss(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  return objective(encode_evaluation(batch), batch);
}

Posterior MoeSimVae::infer(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  const Encoded encoded = encode_evaluation(batch);
  const torch::Tensor errors =
      decoder_.own_errors({encoded.code, encoded.q.q}, batch.only(), batch.execution);
  return {encoded.q.q, encoded.loc.narrow(-1, 0, 0), encoded.loc,
          errors.defined() ? errors / static_cast<double>(shape_.decoded()) : errors};
}

torch::Tensor MoeSimVae::generate(const Generation& wanted) {
  MIXVAE_ASSERT(wanted.arm == 0 && wanted.type < shape_.types, "arm and type exist");
  const torch::NoGradGuard no_grad;
  const auto clustered = [&](const torch::Tensor& codes) {
    return type_head_.posterior(gating_.forward_evaluation(codes.unsqueeze(0))).q;  // [1, N, K]
  };
  const torch::Tensor code = mixture_.draw(wanted, [&](const torch::Tensor& codes) {
    return clustered(codes)[0].select(-1, wanted.type);
  });
  torch::Tensor types = torch::zeros({1, wanted.count, shape_.types}, code.options());
  types.select(-1, wanted.type).fill_(1);
  if (wanted.codes == DrawnCodes::published) {
    types = clustered(code);
  }
  return decoder_.generated({code.unsqueeze(0), types}, wanted).squeeze(0);
}

void MoeSimVae::visit(const TensorVisitor& visitor) {
  encoder_.visit("encoder", visitor);
  encoder_.visit_code("code", visitor);
  gating_.visit("gating", visitor);
  type_head_.visit_layer("type_head", visitor);
  decoder_.visit("decoder", visitor);
  mixture_.visit(visitor);
  type_head_.visit_kept(visitor);
}

double MoeSimVae::products_per_cell() {
  return Model::products_per_cell() - static_cast<double>(decoder_.passed_by()) +
         encoder_.further_products() + decoder_.further_products();
}

std::int64_t MoeSimVae::values_per_cell() {
  return encoder_.values_per_cell() + decoder_.values_per_cell();
}

Recipe moe_sim_vae_recipe(const MoeSimVaeOptions& options, std::int64_t epochs) {
  const bool images = options.encoder_kind.kind == EncoderKind::convolutional ||
                      options.experts.network == ExpertNetwork::convolutional;
  return {
      .likelihood = make_likelihood(options.likelihood.likelihood, OutputActivation::linear),
      .start = options.start,
      .pruning = options.pruning,
      .pairs_of_known_types = options.known.known_term != KnownTerm::binary,
      .image = images ? std::optional(ImageNeed{options.encoder_kind.image_width}) : std::nullopt,
      .phases = start_and_main(options.start, epochs)};
}

}  // namespace mixvae::models
