#include "models/cascade_vae.hpp"

#include <algorithm>
#include <limits>
#include <span>

#include "base/error.hpp"
#include "models/objective_sum.hpp"
#include "nn/type_posterior.hpp"
#include "objectives/congested_assignment.hpp"
#include "objectives/kl_divergence.hpp"

namespace mixvae::models {
namespace {

/// Values of a decoder's widest layer that decodings of one call have at most, unless those of one
/// type are more.
constexpr std::int64_t kValuesAtOnce = std::int64_t{1} << 24;

const CascadeVaeOptions& checked(const CascadeVaeOptions& options) {
  if (options.states.states < 1) {
    throw UsageError({.what = "this model needs states: its encoder tells nothing else",
                      .found = "--states " + std::to_string(options.states.states),
                      .expected = "at least 1"});
  }
  require_last_stage(options.stages, options.states.states);
  return options;
}

ArmEncoder::Shape encoder_shape(const ModelShape& shape, const CascadeVaeOptions& options) {
  return {1, shape.features, false, options.encoder_norm.norm == EncoderNorm::batch,
          image_network(options.network, shape.features)};
}

StateHead::Shape state_head_shape(const CascadeVaeOptions& options) {
  return {.latent = options.encoder.latent,
          .states = options.states.states,
          .spread = StateSpread::softplus_deviation};
}

/// [S] beta_min for released states, beta_max for the others.
torch::Tensor kl_weights(const CascadeStage& stage, const CascadeVaeOptions& options,
                         const torch::TensorOptions& tensors) {
  const std::int64_t held = options.states.states - stage.released;
  return torch::cat({torch::full({stage.released}, options.objective.beta_min, tensors),
                     torch::full({held}, options.objective.beta_max, tensors)});
}

/// Half the sum of squares of all weights, without biases.
torch::Tensor half_squared_weights(const std::vector<NamedTensor>& parameters) {
  torch::Tensor sum;
  for (const NamedTensor& parameter : parameters) {
    if (parameter.name.ends_with(".weight")) {
      const torch::Tensor squares = parameter.tensor.square().sum();
      sum = sum.defined() ? sum + squares : squares;
    }
  }
  return 0.5 * sum;
}

}  // namespace

CascadeVae::CascadeVae(const ModelShape& shape, const CascadeVaeOptions& options,
                       std::uint64_t seed)
    : shape_(checked(shape)),
      options_(checked(options)),
      seed_(seed),
      keys_{seed},
      encoder_(encoder_shape(shape, options), options.encoder, keys_),
      state_head_(state_head_shape(options), keys_),
      decoder_(decoder_of_types_and_states(shape, options.states.states, options.encoder,
                                           options.decoder_sizes, options.network),
               make_likelihood(options.likelihood.likelihood, options.output.output), keys_),
      kept_(torch::ones({shape.types}, torch::kBool)) {
  enter_stage(last_cascade_stage(options.states.states, options.stages.warm_up_stages));
}

void CascadeVae::enter_stage(std::int64_t stage) {
  stage_ = cascade_stage(stage, options_.states.states, options_.stages.warm_up_stages);
}

bool CascadeVae::reads_sparse_rows(const nn::Execution& execution) const {
  return encoder_.reads_sparse_rows(execution) && decoder_.reads_sparse_rows(execution);
}

CascadeVae::Encoded CascadeVae::encode_training(const Batch& batch) {
  const ArmInput x = arm_input(batch.only(), 1, options_.input.input_dropout,
                               {seed_, Purpose::input_dropout, batch.step_number()});
  Encoded encoded;
  encoded.latent = encoder_.encode(x, true, batch.execution);
  encoded.state = state_head_.posterior(encoded.latent, {}, batch.execution);
  encoded.sampled =
      StateHead::draw(encoded.state, {seed_, Purpose::state_noise, batch.step_number()});
  return encoded;
}

CascadeVae::Encoded CascadeVae::encode_evaluation(const Batch& batch) {
  Encoded encoded;
  encoded.latent = encoder_.encode(arm_input(batch.only(), 1, 0, {}), false, batch.execution);
  encoded.state = state_head_.posterior(encoded.latent, {}, batch.execution);
  encoded.sampled = encoded.state.mean;
  return encoded;
}

torch::Tensor CascadeVae::type_costs(const torch::Tensor& states,
                                     const objectives::ReconstructionTarget& target,
                                     const nn::Execution& execution) const {
  const torch::NoGradGuard no_grad;
  const std::int64_t cells = states.size(1);
  const std::int64_t width =
      std::max({shape_.decoded(), options_.encoder.hidden, decoder_.values_per_cell()});
  const std::int64_t at_once = std::clamp(kValuesAtOnce / std::max<std::int64_t>(cells * width, 1),
                                          std::int64_t{1}, shape_.types);
  // The decoder takes the types as arms that share its weights and the cells to be reconstructed.
  const torch::Tensor each_type = torch::eye(shape_.types, states.options()).unsqueeze(1);
  std::vector<torch::Tensor> costs;
  for (std::int64_t first = 0; first < shape_.types; first += at_once) {
    const std::int64_t count = std::min(at_once, shape_.types - first);
    const DecoderInput input =
        types_and_states(each_type.narrow(0, first, count).expand({count, cells, -1}),
                         states.detach().expand({count, cells, -1}));
    costs.push_back(decoder_.cell_errors(input, target, execution));
  }
  return torch::cat(costs).t();
}

torch::Tensor CascadeVae::assigned(const torch::Tensor& costs) const {
  const torch::Tensor kept = kept_.cpu().nonzero().squeeze(1);
  // Where training has diverged the loss tells it, whatever the types are.
  const torch::Tensor known = torch::nan_to_num(costs.cpu().to(torch::kFloat64), 0, 1e30, -1e30)
                                  .index_select(1, kept)
                                  .contiguous();
  const std::vector<std::int32_t> found = objectives::congested_assignment(
      std::span(known.data_ptr<double>(), static_cast<std::size_t>(known.numel())), known.size(0),
      known.size(1), options_.objective.congestion);
  const torch::Tensor types =
      kept.index_select(0, torch::tensor(found, torch::kInt32).to(torch::kInt64));
  return torch::one_hot(types, shape_.types).to(costs.options()).unsqueeze(0);
}

torch::Tensor CascadeVae::posterior(const torch::Tensor& costs) const {
  const torch::Tensor logits =
      (-costs).masked_fill(kept_.logical_not(), -std::numeric_limits<double>::infinity());
  return torch::softmax(logits, -1).unsqueeze(0);
}

LossTerms CascadeVae::objective(const Encoded& encoded, const torch::Tensor& type,
                                const Batch& batch) {
  const torch::Tensor kl =
      objectives::standard_normal_kl_of_states(encoded.state.mean, encoded.state.variance)
          .mean(at::IntArrayRef{0, 1});
  ObjectiveSum sum;
  sum.add("reconstruction",
          decoder_
              .mean_errors(types_and_states(type, encoded.sampled), target_of(batch.only()),
                           batch.execution)
              .sum(),
          1);
  sum.add("weighed_kl", (kl_weights(stage_, options_, kl.options()) * kl).sum(), 1);
  if (options_.objective.weight_penalty > 0) {
    sum.add("squared_weights", half_squared_weights(parameters()),
            options_.objective.weight_penalty);
  }
  sum.report("kl_state", kl.sum());
  return sum.terms();
}

LossTerms CascadeVae::training_loss(const Batch& batch) {
  const Encoded encoded = encode_training(batch);
  const torch::Tensor type =
      stage_.types ? assigned(type_costs(encoded.sampled, target_of(batch.only()), batch.execution))
                   : torch::zeros({1, batch.cells(), shape_.types}, encoded.latent.options());
  return objective(encoded, type, batch);
}

LossTerms CascadeVae::validation_loss(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  const Encoded encoded = encode_evaluation(batch);
  const torch::Tensor type =
      stage_.types ? nn::most_probable_one_hot(posterior(
                         type_costs(encoded.sampled, target_of(batch.only()), batch.execution)))
                   : torch::zeros({1, batch.cells(), shape_.types}, encoded.latent.options());
  return objective(encoded, type, batch);
}

Posterior CascadeVae::infer(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  const Encoded encoded = encode_evaluation(batch);
  if (decoder_.likelihood().of_counts() && !batch.only().counts.defined()) {
    throw InputError({.what = "this run's model tells a cell's type by how well its counts are "
                              "reconstructed, and these data are no counts",
                      .expected = "raw counts, as in the training data"});
  }
  const torch::Tensor costs =
      type_costs(encoded.sampled, own_values(batch.only()), batch.execution);
  const torch::Tensor q = posterior(costs);
  return {q, encoded.state.mean, encoded.latent,
          costs.gather(1, q[0].argmax(-1, true)).t().contiguous(), encoded.state.variance};
}

torch::Tensor CascadeVae::generate(const Generation& wanted) {
  MIXVAE_ASSERT(wanted.arm == 0 && wanted.type < shape_.types, "arm and type exist");
  const torch::NoGradGuard no_grad;
  const DecoderInput drawn = drawn_types_and_states(shape_, 1, options_.states.states, wanted,
                                                    parameters().front().tensor.options());
  return decoder_.generated(drawn, wanted).select(0, wanted.arm);
}

void CascadeVae::visit(const TensorVisitor& visitor) {
  encoder_.visit("encoder", visitor);
  state_head_.visit(visitor);
  decoder_.visit("decoder", visitor);
  visitor("kept_types", kept_, TensorKind::buffer);
}

void CascadeVae::prune_type(std::int64_t type) {
  MIXVAE_ASSERT(type >= 0 && type < shape_.types, "the pruned type exists");
  const torch::NoGradGuard no_grad;
  kept_.index_put_({torch::tensor(type)}, false);
  decoder_.prune_input(type);
}

double CascadeVae::products_per_cell() {
  // A decoding that nothing is learned from takes a third of one with gradients.
  double decoder = decoder_.further_products();
  decoder_.visit("decoder", [&](const std::string&, const torch::Tensor& tensor, TensorKind) {
    decoder += static_cast<double>(tensor.numel());
  });
  return Model::products_per_cell() + encoder_.further_products() + decoder_.further_products() +
         static_cast<double>(shape_.types) * decoder / 3;
}

std::int64_t CascadeVae::values_per_cell() {
  return encoder_.values_per_cell() + decoder_.values_per_cell();
}

Recipe cascade_vae_recipe(const CascadeVaeOptions& options, std::int64_t epochs) {
  return {.states = options.states.states,
          .likelihood = make_likelihood(options.likelihood.likelihood, options.output.output),
          .original_target = options.target.target == Target::original,
          .image = image_need(options.network),
          .phases = cascade_phases(options.stages, options.states.states, epochs)};
}

}  // namespace mixvae::models
