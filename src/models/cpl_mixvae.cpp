#include "models/cpl_mixvae.hpp"

#include "base/error.hpp"
#include "objectives/reconstruction.hpp"

namespace mixvae::models {
namespace {

/// Weight of the squared distance between state means and starting states.
constexpr double kStateStartWeight = 20;

ArmEncoder::Shape encoder_shape(const ModelShape& shape, const CplMixVaeOptions& options) {
  return {options.arms.arms, shape.features, options.arms.shared_weights, true,
          image_network(options.network, shape.features)};
}

TypeHead::Shape type_head_shape(const ModelShape& shape, const CplMixVaeOptions& options) {
  return {options.arms.arms, options.encoder.latent, shape.types, options.arms.shared_weights};
}

StateHead::Shape state_head_shape(const ModelShape& shape, const CplMixVaeOptions& options) {
  return {options.arms.arms, options.encoder.latent,
          options.state_head.state_given_type ? shape.types : 0, options.states.states,
          options.arms.shared_weights};
}

Decoder::Shape decoder_shape(const ModelShape& shape, const CplMixVaeOptions& options) {
  Decoder::Shape decoder = decoder_of_types_and_states(
      shape, options.states.states, options.encoder, options.decoder_sizes, options.network);
  decoder.arms = options.arms.arms;
  decoder.experts = options.decoder.decoder == DecoderKind::experts ? shape.types : 0;
  decoder.shared_weights = options.arms.shared_weights;
  decoder.routing = options.decoder.routing;
  return decoder;
}

}  // namespace

CplMixVae::CplMixVae(const ModelShape& shape, const CplMixVaeOptions& options, std::uint64_t seed)
    : shape_(checked(shape)),
      options_(consistent(options)),
      seed_(seed),
      keys_{seed},
      encoder_(encoder_shape(shape, options), options.encoder, keys_),
      type_head_(type_head_shape(shape, options),
                 {options.type_head, options.type_posterior, options.type_sample}, keys_),
      state_head_(state_head_shape(shape, options), keys_),
      decoder_(decoder_shape(shape, options),
               make_likelihood(options.likelihood.likelihood, options.output.output), keys_),
      coupling_(options.arms.arms, options.coupling, options.arm_coupling),
      state_prior_({options.arms.arms, shape.types, options.states.states},
                   options.state_prior.state_prior) {
  if (options.states.states > 0 && options.state_head.state_encoder == StateEncoder::own) {
    state_encoder_.emplace(encoder_shape(shape, options), options.encoder, keys_);
  }
}

bool CplMixVae::reads_sparse_rows(const nn::Execution& execution) const {
  return encoder_.reads_sparse_rows(execution) && decoder_.reads_sparse_rows(execution);
}

/// Posterior and most probable type, without gradients and batch statistics.
void CplMixVae::encode_types(Encoded& encoded, const ArmInput& x, const nn::Execution& execution) {
  encoded.latent = encoder_.encode(x, false, execution);
  encoded.q = type_head_.posterior(encoded.latent);
  encoded.type = nn::most_probable_one_hot(encoded.q.q);
}

StatePosterior CplMixVae::state_posterior(const Encoded& encoded, const ArmInput& x, bool training,
                                          const nn::Execution& execution) {
  const torch::Tensor code =
      state_encoder_ ? state_encoder_->encode(x, training, execution) : encoded.latent;
  return state_head_.posterior(code, encoded.type, execution);
}

torch::Tensor CplMixVae::drawn_state(const StatePosterior& state, const Batch& batch) const {
  torch::Tensor drawn = StateHead::draw(state, noise(Purpose::state_noise, batch));
  if (options_.state_head.state_dropout > 0) {
    drawn = drawn * nn::dropout_mask(drawn.sizes(), 1.0 - options_.state_head.state_dropout,
                                     noise(Purpose::state_dropout, batch), drawn.options());
  }
  return drawn;
}

CplMixVae::Encoded CplMixVae::encode_training(const Batch& batch) {
  const ArmInput x = arm_input(batch.only(), arms(), options_.input.input_dropout,
                               noise(Purpose::input_dropout, batch));
  Encoded encoded;
  encoded.latent = encoder_.encode(x, true, batch.execution);
  DrawnTypes drawn =
      type_head_.draw(encoded.latent, noise(Purpose::gumbel, batch), batch.execution);
  encoded.q = std::move(drawn.posterior);
  encoded.type = std::move(drawn.type);
  encoded.state = state_posterior(encoded, x, true, batch.execution);
  encoded.sampled = drawn_state(encoded.state, batch);
  return encoded;
}

CplMixVae::Encoded CplMixVae::encode_states(const Batch& batch) {
  const ArmInput x = arm_input(batch.only(), arms(), 0, {});
  Encoded encoded;
  {
    const torch::NoGradGuard no_grad;
    encode_types(encoded, x, batch.execution);
  }
  encoded.state = state_posterior(encoded, x, true, batch.execution);
  encoded.sampled = drawn_state(encoded.state, batch);
  return encoded;
}

CplMixVae::Encoded CplMixVae::encode_evaluation(const Batch& batch) {
  const ArmInput x = arm_input(batch.only(), arms(), 0, {});
  Encoded encoded;
  encode_types(encoded, x, batch.execution);
  encoded.state = state_posterior(encoded, x, false, batch.execution);
  encoded.sampled = encoded.state.mean;
  return encoded;
}

LossTerms CplMixVae::objective(const Encoded& encoded, const Batch& batch, bool training) {
  ObjectiveSum sum;
  sum.add("reconstruction",
          decoder_
              .mean_errors(types_and_states(encoded.type, encoded.sampled), target_of(batch.only()),
                           batch.execution)
              .sum(),
          options_.autoencoder.reconstruction);
  sum.add("kl_state", state_prior_.kl(encoded.state, encoded.type).mean(1).sum(),
          options_.autoencoder.beta);
  if (batch.start.defined()) {
    sum.add("start",
            objectives::type_cross_entropy(encoded.q.log_q, batch.start, batch.start_weight).sum(),
            1.0);
  } else {
    const bool samples = training && coupling_.compares_samples();
    coupling_.add({encoded.q, samples ? encoded.type : torch::Tensor()}, training, batch.execution,
                  sum);
    add_similarity_term(encoded.q, batch, options_.similarity, TermScale::mean, sum);
  }
  add_known_terms(encoded.q, batch, options_.known, TermScale::mean, sum);
  return sum.terms();
}

LossTerms CplMixVae::state_objective(const Encoded& encoded, const Batch& batch) const {
  const torch::Tensor errors = decoder_.mean_errors(types_and_states(encoded.type, encoded.sampled),
                                                    own_values(batch.only()), batch.execution);
  const torch::Tensor kl = state_prior_.kl(encoded.state, encoded.type).mean(1).sum();
  const torch::Tensor likelihood =
      decoder_.likelihood().at_best_scale(errors, shape_.decoded()).sum();
  LossTerms terms{{"loss", likelihood + kl}, {"reconstruction", errors.sum()}, {"kl_state", kl}};
  if (batch.state_start.defined()) {
    const torch::Tensor distance =
        objectives::squared_error(encoded.state.mean, batch.state_start).mean(1).sum();
    terms.emplace_back("state_start", distance);
    terms.front().second = terms.front().second + kStateStartWeight * distance;
  }
  return terms;
}

LossTerms CplMixVae::training_loss(const Batch& batch) {
  return learned_ == Objective::states ? state_objective(encode_states(batch), batch)
                                       : objective(encode_training(batch), batch, true);
}

LossTerms CplMixVae::validation_loss(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  const Encoded encoded = encode_evaluation(batch);
  return learned_ == Objective::states ? state_objective(encoded, batch)
                                       : objective(encoded, batch, false);
}

void CplMixVae::learn(Objective objective) {
  MIXVAE_ASSERT(objective == Objective::whole || options_.states.states > 0,
                "there are states to learn");
  learned_ = objective;
}

Posterior CplMixVae::infer(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  const Encoded encoded = encode_evaluation(batch);
  return {encoded.q.q, encoded.state.mean, encoded.latent,
          decoder_.own_errors(types_and_states(encoded.type, encoded.sampled), batch.only(),
                              batch.execution),
          encoded.state.variance};
}

torch::Tensor CplMixVae::generate(const Generation& wanted) {
  MIXVAE_ASSERT(wanted.arm < arms() && wanted.type < shape_.types, "arm and type exist");
  const torch::NoGradGuard no_grad;
  DecoderInput drawn = drawn_types_and_states(shape_, arms(), options_.states.states, wanted,
                                              type_head_.tensor_options());
  state_prior_.move_states(drawn);
  return decoder_.generated(drawn, wanted).select(0, wanted.arm);
}

void CplMixVae::visit(const TensorVisitor& visitor) {
  encoder_.visit("encoder", visitor);
  type_head_.visit_layer("type_head", visitor);
  state_head_.visit(visitor);
  decoder_.visit("decoder", visitor);
  if (state_encoder_) {
    state_encoder_->visit("state_encoder", visitor);
  }
  state_prior_.visit("state_prior", visitor);
  coupling_.visit(visitor);
  type_head_.visit_kept(visitor);
}

void CplMixVae::prune_type(std::int64_t type) {
  type_head_.prune(type);
  state_head_.prune(type);
  state_prior_.prune(type);
  decoder_.prune_input(type);
}

double CplMixVae::products_per_cell() {
  const double states = state_encoder_ ? state_encoder_->further_products() : 0.0;
  return Model::products_per_cell() + encoder_.further_products() + states +
         decoder_.further_products() - static_cast<double>(decoder_.passed_by());
}

std::int64_t CplMixVae::values_per_cell() {
  const std::int64_t states = state_encoder_ ? state_encoder_->values_per_cell() : 0;
  return encoder_.values_per_cell() + states + decoder_.values_per_cell();
}

}  // namespace mixvae::models
