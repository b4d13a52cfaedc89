#include "models/joint_vae.hpp"

#include <cmath>

#include "base/error.hpp"
#include "models/objective_sum.hpp"
#include "models/parts/joined_options.hpp"
#include "objectives/consensus.hpp"
#include "objectives/kl_divergence.hpp"

namespace mixvae::models {
namespace {

/// The logarithm is that of the softmax itself, at temperature 1.
constexpr TypePosteriorOptions kSoftmax{nn::TypeHead::once, nn::LogKind::exact};

Options options(CapacityOptions& capacity) {
  return {
      {.name = "state-capacity",
       .target = &capacity.state_capacity,
       .meaning = "how much the states may tell of a cell at the end of training, in nats",
       .minimum = 0,
       .maximum = 1e4,
       .needs = {"states!=0", "state-weight!=0"}},
      {.name = "state-weight",
       .target = &capacity.state_weight,
       .meaning = "weight of keeping what the states tell near --state-capacity",
       .minimum = 0,
       .maximum = 1e6,
       .needs = {"states!=0"}},
      {.name = "type-capacity",
       .target = &capacity.type_capacity,
       .meaning = "how much the type may tell of a cell at the end of training, in nats; never "
                  "more than the logarithm of the number of types",
       .minimum = 0,
       .maximum = 1e4,
       .needs = {"type-weight!=0"}},
      {.name = "type-weight",
       .target = &capacity.type_weight,
       .meaning = "weight of keeping what the type tells near --type-capacity",
       .minimum = 0,
       .maximum = 1e6},
      {.name = "capacity-steps",
       .target = &capacity.capacity_steps,
       .meaning = "number of steps over which the capacities rise from 0 to these values",
       .minimum = 1},
      {.name = "capacity-scale",
       .target = word(capacity.scale),
       .meaning =
           "what is divided by the number of features: the whole objective, as published, or "
           "the reconstruction alone, as in the comparison by the authors of cpl-mixVAE, "
           "which weakens it",
       .choices = {"objective", "reconstruction"}},
  };
}

ArmEncoder::Shape encoder_shape(const ModelShape& shape, const JointVaeOptions& options) {
  return {1, shape.features, false, options.encoder_norm.norm == EncoderNorm::batch,
          image_network(options.network, shape.features)};
}

}  // namespace

std::vector<PartOptions> parts(JointVaeOptions& model) {
  return {
      {"Encoder", joined({options(model.network), options(model.encoder),
                          options(model.encoder_norm), options(model.input)})},
      {"Types and states", joined({options(model.type_sample), options(model.states)})},
      {"Decoder and likelihood",
       joined({options(model.decoder_sizes), options(model.likelihood), options(model.output)})},
      {"Objective", options(model.capacity)},
      {"Copies", options(model.target), false},
  };
}

JointVae::JointVae(const ModelShape& shape, const JointVaeOptions& options, std::uint64_t seed)
    : shape_(checked(shape)),
      options_(options),
      seed_(seed),
      keys_{seed},
      encoder_(encoder_shape(shape, options), options.encoder, keys_),
      type_head_({1, options.encoder.latent, shape.types}, {{}, kSoftmax, options.type_sample},
                 keys_),
      state_head_({1, options.encoder.latent, 0, options.states.states}, keys_),
      decoder_(decoder_of_types_and_states(shape, options.states.states, options.encoder,
                                           options.decoder_sizes, options.network),
               make_likelihood(options.likelihood.likelihood, options.output.output), keys_) {}

bool JointVae::reads_sparse_rows(const nn::Execution& execution) const {
  return encoder_.reads_sparse_rows(execution) && decoder_.reads_sparse_rows(execution);
}

JointVae::Encoded JointVae::encode_training(const Batch& batch) {
  const ArmInput x = arm_input(batch.only(), 1, options_.input.input_dropout,
                               noise(Purpose::input_dropout, batch));
  Encoded encoded;
  encoded.latent = encoder_.encode(x, true, batch.execution);
  DrawnTypes drawn =
      type_head_.draw(encoded.latent, noise(Purpose::gumbel, batch), batch.execution);
  encoded.q = std::move(drawn.posterior);
  encoded.type = std::move(drawn.type);
  encoded.state = state_head_.posterior(encoded.latent, {}, batch.execution);
  encoded.sampled = StateHead::draw(encoded.state, noise(Purpose::state_noise, batch));
  return encoded;
}

JointVae::Encoded JointVae::encode_evaluation(const Batch& batch) {
  Encoded encoded;
  encoded.latent = encoder_.encode(arm_input(batch.only(), 1, 0, {}), false, batch.execution);
  encoded.q = type_head_.posterior(encoded.latent);
  encoded.type = nn::most_probable_one_hot(encoded.q.q);
  encoded.state = state_head_.posterior(encoded.latent, {}, batch.execution);
  encoded.sampled = encoded.state.mean;
  return encoded;
}

torch::Tensor JointVae::progress(const Batch& batch, const torch::TensorOptions& tensors) const {
  const auto steps = static_cast<double>(options_.capacity.capacity_steps);
  const torch::Tensor step = batch.step_on_device.defined()
                                 ? batch.step_on_device.to(tensors.dtype())
                                 : torch::full({}, static_cast<double>(batch.step), tensors);
  return (step / steps).clamp_max(1);
}

LossTerms JointVae::objective(const Encoded& encoded, const Batch& batch,
                              const torch::Tensor& progress) const {
  const CapacityOptions& capacity = options_.capacity;
  const double log_types = std::log(static_cast<double>(shape_.types));
  const double per_feature = 1.0 / static_cast<double>(shape_.decoded());
  const double weighed = capacity.scale == JointScale::objective ? per_feature : 1.0;
  const torch::Tensor kl_state =
      objectives::standard_normal_kl(encoded.state.mean, encoded.state.variance).mean();
  const torch::Tensor kl_type = log_types + objectives::negative_entropy(encoded.q).sum();
  const torch::Tensor state_capacity = capacity.state_capacity * progress;
  const torch::Tensor type_capacity = (capacity.type_capacity * progress).clamp_max(log_types);
  ObjectiveSum sum;
  sum.add("reconstruction",
          decoder_
              .mean_errors(types_and_states(encoded.type, encoded.sampled), target_of(batch.only()),
                           batch.execution)
              .sum(),
          per_feature);
  sum.add("state_capacity", (state_capacity - kl_state).abs(), capacity.state_weight * weighed);
  sum.add("type_capacity", (type_capacity - kl_type).abs(), capacity.type_weight * weighed);
  sum.report("kl_state", kl_state);
  sum.report("kl_type", kl_type);
  return sum.terms();
}

LossTerms JointVae::training_loss(const Batch& batch) {
  const Encoded encoded = encode_training(batch);
  return objective(encoded, batch, progress(batch, encoded.latent.options()));
}

LossTerms JointVae::validation_loss(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  const Encoded encoded = encode_evaluation(batch);
  return objective(encoded, batch, torch::ones({}, encoded.latent.options()));
}

Posterior JointVae::infer(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  const Encoded encoded = encode_evaluation(batch);
  return {encoded.q.q, encoded.state.mean, encoded.latent,
          decoder_.own_errors(types_and_states(encoded.type, encoded.sampled), batch.only(),
                              batch.execution),
          encoded.state.variance};
}

torch::Tensor JointVae::generate(const Generation& wanted) {
  MIXVAE_ASSERT(wanted.arm == 0 && wanted.type < shape_.types, "arm and type exist");
  const torch::NoGradGuard no_grad;
  const DecoderInput drawn = drawn_types_and_states(shape_, 1, options_.states.states, wanted,
                                                    type_head_.tensor_options());
  return decoder_.generated(drawn, wanted).select(0, wanted.arm);
}

void JointVae::visit(const TensorVisitor& visitor) {
  encoder_.visit("encoder", visitor);
  type_head_.visit_layer("type_head", visitor);
  state_head_.visit(visitor);
  decoder_.visit("decoder", visitor);
  type_head_.visit_kept(visitor);
}

void JointVae::prune_type(std::int64_t type) {
  type_head_.prune(type);
  decoder_.prune_input(type);
}

double JointVae::products_per_cell() {
  return Model::products_per_cell() + encoder_.further_products() + decoder_.further_products();
}

std::int64_t JointVae::values_per_cell() {
  return encoder_.values_per_cell() + decoder_.values_per_cell();
}

Recipe joint_vae_recipe(const JointVaeOptions& options, std::int64_t epochs) {
  return {.states = options.states.states,
          .likelihood = make_likelihood(options.likelihood.likelihood, options.output.output),
          .original_target = options.target.target == Target::original,
          .image = image_need(options.network),
          .ramp_steps = options.capacity.capacity_steps,
          .phases = {{.name = "main", .epochs = epochs}}};
}

}  // namespace mixvae::models
