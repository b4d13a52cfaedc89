#include "models/parts/decoder.hpp"

#include <cmath>
#include <span>

#include "base/error.hpp"
#include "models/parts/layer_widths.hpp"
#include "nn/fused_chain.hpp"

namespace mixvae::models {
namespace {

/// Size theta of negative binomial counts at which training begins.
constexpr double kStartingSize = 3;

}  // namespace

Options options(DecoderOptions& decoder) {
  return {
      {.name = "decoder",
       .target = word(decoder.decoder),
       .meaning = "one decoder for all types (shared), or one of its own for each type (experts)",
       .choices = {"shared", "experts"}},
      {.name = "routing",
       .target = word(decoder.routing),
       .meaning = "which experts decode a cell: that of its most probable type, or all, weighted "
                  "by the probabilities of the types, or while training by a type drawn from them "
                  "(each with as many times the work)",
       .choices = {"hard", "soft"},
       .needs = {"decoder=experts"}},
  };
}

Options options(DecoderSizeOptions& sizes) {
  return {{.name = "decoder-hidden",
           .target = &sizes.decoder_hidden,
           .meaning = "units of each hidden layer of the decoder; auto: as --hidden",
           .minimum = 1,
           .maximum = 100000,
           .needs = {"network=dense"}}};
}

DecoderInput types_and_states(const torch::Tensor& types, const torch::Tensor& states) {
  return {.x = torch::cat({types, states}, -1), .types = types};
}

DecoderInput drawn_types_and_states(const ModelShape& shape, std::int64_t arms, std::int64_t states,
                                    const Generation& wanted, const torch::TensorOptions& tensors) {
  const torch::Tensor types = torch::zeros({arms, wanted.count, shape.types}, tensors);
  types.select(-1, wanted.type).fill_(1);
  const torch::Tensor drawn = wanted.spread * nn::normal({wanted.count, states},
                                                         {wanted.seed, Purpose::generation,
                                                          static_cast<std::uint64_t>(wanted.type)},
                                                         tensors);
  return types_and_states(types, drawn.expand({arms, wanted.count, states}));
}

objectives::ReconstructionTarget own_values(const View& view) {
  if (view.counts.defined()) {
    return {.dense = view.counts.unsqueeze(0), .library = view.library};
  }
  if (view.is_sparse()) {
    return {.sparse = {view.sparse_x}};
  }
  return {.dense = view.x.unsqueeze(0)};
}

objectives::ReconstructionTarget target_of(const View& view) {
  if (view.counts.defined()) {
    return own_values(view);
  }
  if (!view.sparse_target.empty() || !view.sparse_inputs.empty()) {
    return {.sparse = view.sparse_target.empty() ? view.sparse_inputs : view.sparse_target};
  }
  if (view.target.defined() || view.inputs.defined()) {
    return {.dense = view.target.defined() ? view.target : view.inputs};
  }
  return own_values(view);
}

Decoder::Decoder(const Shape& shape, std::shared_ptr<const Likelihood> likelihood, LayerKeys& keys)
    : shape_(shape), likelihood_(std::move(likelihood)) {
  MIXVAE_ASSERT(!has_experts() || !shape.images, "experts are of dense layers");
  std::vector<std::int64_t> widths = shape.widths;
  std::int64_t last = shape.features * likelihood_->outputs_per_feature();
  if (shape.images) {
    const std::vector<std::int64_t>& channels = shape.images->decoder_channels;
    convolutions_.emplace(shape.arms, shape.images->image, channels,
                          likelihood_->outputs_per_feature(), shape.shared_weights, keys.seed,
                          keys.take(channels.size()));
    last = convolutions_->inputs();
  }
  if (likelihood_->of_counts() && (shape.images || shape.expert_images)) {
    throw UsageError({.what = "likelihoods of counts are of genes, and this decoder gives images",
                      .found = "--likelihood nb or zinb with convolutions",
                      .hint = "add --likelihood bernoulli or mse, or take the dense network"});
  }
  if (likelihood_->has_size()) {
    log_size_ = torch::full({shape.shared_weights ? 1 : shape.arms, 1, shape.features},
                            std::log(kStartingSize), torch::requires_grad());
  }
  widths.push_back(last);
  if (!has_experts()) {
    for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
      layers_.emplace_back(shape.arms, widths[i], widths[i + 1], shape.shared_weights, keys.seed,
                           keys.take());
    }
    return;
  }
  MIXVAE_ASSERT(!shape.shared_weights, "experts have weights of their own in every arm");
  if (shape.expert_images) {
    MIXVAE_ASSERT(!shape.expert_layers.normalised, "experts of images have no norms");
    image_experts_.emplace(shape.arms, shape.experts, widths.front(), *shape.expert_images,
                           likelihood_->outputs_per_feature(), shape.expert_layers.activation,
                           keys.seed,
                           keys.take(nn::ConvolutionalExperts::keys(*shape.expert_images)));
    return;
  }
  experts_ = nn::Experts(shape.arms, shape.experts, widths, keys.seed, keys.take(widths.size() - 1),
                         shape.expert_layers);
}

void Decoder::start_outputs(const torch::Tensor& mean) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor outputs = likelihood_->outputs_of_mean(mean);
  MIXVAE_ASSERT(outputs.defined() && !convolutions_ && !image_experts_,
                "the likelihood starts at a mean");
  nn::ArmLinear& last = has_experts() ? experts_.layers().back() : layers_.back();
  last.bias().detach().copy_(outputs.expand_as(last.bias()));
}

const torch::Tensor& Decoder::last_weight() const {
  return has_experts() ? experts_.last_layer().weight() : layers_.back().weight();
}

torch::Tensor Decoder::hidden(const torch::Tensor& x, const nn::Execution& execution) const {
  const auto before_last = std::span(layers_).first(layers_.size() - 1);
  if (execution.runs_kernels_on(last_weight())) {
    return nn::fused_relu_layers(x, before_last);
  }
  torch::Tensor h = x;
  for (const nn::ArmLinear& layer : before_last) {
    h = torch::relu(layer.forward(h));
  }
  return h;
}

torch::Tensor Decoder::outputs(const DecoderInput& input, const nn::Execution& execution) const {
  if (!has_experts()) {
    const torch::Tensor out = layers_.back().forward(hidden(input.x, execution));
    return convolutions_ ? convolutions_->forward(torch::relu(out)) : out;
  }
  if (image_experts_) {
    return routes_softly() ? image_experts_->forward_soft(input.x, input.types)
                           : image_experts_->forward(input.x, expert_input(input).expert);
  }
  if (routes_softly()) {
    return experts_.forward_soft(input.x, input.types, input.statistics);
  }
  const objectives::ExpertInput routed = expert_input(input);
  return experts_.forward(routed.x, routed.expert, execution, input.statistics);
}

objectives::ExpertInput Decoder::expert_input(const DecoderInput& input) const {
  const torch::Tensor expert = input.types.detach().argmax(-1);
  return {input.x, shape_.experts == 1 ? torch::zeros_like(expert) : expert};
}

objectives::OutputWeights Decoder::output_weights(const nn::Execution& execution) const {
  return {layers_.back().weight(), layers_.back().bias(), *likelihood_->fused_form(),
          execution.precision};
}

/// Groups' sizes would be read back, which the repeatable form forbids.
bool Decoder::fuses_experts(const nn::Execution& execution) const {
  return has_experts() && !image_experts_ && !routes_softly() && experts_.suit_kernels() &&
         likelihood_->fused_form() && execution.runs_kernels_on(last_weight()) &&
         !execution.repeatable;
}

/// Sparse targets must run as a kernel, dense ones do where the layer is wide enough for it to pay.
bool Decoder::fuses_output(const objectives::ReconstructionTarget& target,
                           const nn::Execution& execution) const {
  return !target.sparse.empty() || (!likelihood_->of_counts() && reads_sparse_rows(execution) &&
                                    shape_.features >= kWideOutput);
}

torch::Tensor Decoder::cell_errors(const DecoderInput& input,
                                   const objectives::ReconstructionTarget& target,
                                   const nn::Execution& execution) const {
  if (fuses_experts(execution)) {
    return objectives::fused_expert_error(experts_, expert_input(input), *likelihood_->fused_form(),
                                          target.dense);
  }
  if (fuses_output(target, execution)) {
    return objectives::fused_reconstruction_error(hidden(input.x, execution),
                                                  output_weights(execution), target);
  }
  const Decoded found = decoded(outputs(input, execution), target.library);
  return torch::GradMode::is_enabled()
             ? likelihood_->error(found, target.dense)
             : likelihood_->cell_error(
                   found, target.dense,
                   likelihood_->of_counts() && execution.runs_kernels_on(last_weight()));
}

torch::Tensor Decoder::own_errors(const DecoderInput& input, const View& view,
                                  const nn::Execution& execution) const {
  return likelihood_->of_counts() && !view.counts.defined()
             ? torch::Tensor()
             : cell_errors(input, own_values(view), execution);
}

torch::Tensor Decoder::mean_errors(const DecoderInput& input,
                                   const objectives::ReconstructionTarget& target,
                                   const nn::Execution& execution) const {
  if (fuses_experts(execution)) {
    return objectives::fused_mean_expert_error(experts_, expert_input(input),
                                               *likelihood_->fused_form(), target.dense);
  }
  if (likelihood_->of_counts()) {
    return likelihood_->mean_error(decoded(outputs(input, execution), target.library), target.dense,
                                   execution.runs_kernels_on(last_weight()));
  }
  if (!torch::GradMode::is_enabled() || !fuses_output(target, execution)) {
    return cell_errors(input, target, execution).mean(1);
  }
  return objectives::fused_mean_reconstruction_error(hidden(input.x, execution),
                                                     output_weights(execution), target);
}

torch::Tensor Decoder::mean_of_arm(std::int64_t arm, const torch::Tensor& types,
                                   const torch::Tensor& states) const {
  MIXVAE_ASSERT(arm >= 0 && arm < shape_.arms, "the arm exists");
  const torch::NoGradGuard no_grad;
  const auto of_all_arms = [this](const torch::Tensor& rows) {
    return rows.expand({shape_.arms, rows.size(0), rows.size(1)});
  };
  const torch::Tensor out = outputs(types_and_states(of_all_arms(types), of_all_arms(states)), {});
  return likelihood_->mean(decoded(out, {})).select(0, arm);
}

torch::Tensor Decoder::generated(const DecoderInput& input, const Generation& wanted) const {
  const torch::Tensor out = outputs(input, {});
  const Decoded cells = decoded(out, torch::full({out.size(1)}, wanted.library, out.options()));
  return wanted.values == GeneratedValues::mean
             ? likelihood_->mean(cells)
             : likelihood_->sample(cells, {wanted.seed, Purpose::generated_values,
                                           static_cast<std::uint64_t>(wanted.type)});
}

bool Decoder::reads_sparse_rows(const nn::Execution& execution) const {
  return likelihood_->of_counts() ||
         (!has_experts() && !convolutions_ && likelihood_->fused_form() &&
          execution.runs_kernels_on(last_weight()));
}

std::int64_t Decoder::wide_outputs() const {
  return !has_experts() && !convolutions_ && likelihood_->fused_form() &&
                 shape_.features >= kWideOutput
             ? shape_.features
             : 0;
}

std::int64_t Decoder::passed_by() const {
  if (!has_experts() || routes_softly()) {
    return 0;
  }
  return image_experts_ ? image_experts_->passed_by() : experts_.passed_by();
}

double Decoder::further_products() const {
  const auto arms = static_cast<double>(shape_.arms);
  if (image_experts_) {
    return arms * image_experts_->further_products() * static_cast<double>(experts_of_a_cell());
  }
  return convolutions_ ? arms * convolutions_->further_products() : 0.0;
}

std::int64_t Decoder::values_per_cell() const {
  if (convolutions_) {
    return shape_.arms * convolutions_->values();
  }
  if (image_experts_) {
    return shape_.arms * image_experts_->values() * experts_of_a_cell();
  }
  return routes_softly() ? experts_.soft_values() : 0;
}

void Decoder::prune_input(std::int64_t i) {
  MIXVAE_ASSERT(!image_experts_, "experts of images read no types");
  const torch::NoGradGuard no_grad;
  nn::ArmLinear& first = has_experts() ? experts_.layers().front() : layers_.front();
  first.weight().detach().select(1, i).zero_();
}

void Decoder::visit(const std::string& name, const TensorVisitor& visitor) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i].visit(name + "." + std::to_string(i + 1), visitor);
  }
  if (convolutions_) {
    convolutions_->visit(name + "_convolution", visitor);
  }
  experts_.visit(name, visitor);
  if (image_experts_) {
    image_experts_->visit(name, visitor);
  }
  if (log_size_.defined()) {
    visitor(name + "_log_size", log_size_, TensorKind::parameter);
  }
}

Decoder::Shape decoder_of_types_and_states(const ModelShape& shape, std::int64_t states,
                                           const EncoderOptions& encoder,
                                           const DecoderSizeOptions& sizes,
                                           const NetworkOptions& network) {
  Decoder::Shape decoder{.features = shape.decoded(),
                         .images = image_network(network, shape.features)};
  decoder.widths = layer_widths(encoder.latent, sizes.decoder_hidden.value_or(encoder.hidden),
                                decoder.images ? 0 : encoder.hidden_layers);
  decoder.widths.insert(decoder.widths.begin(), shape.types + states);
  return decoder;
}

}  // namespace mixvae::models
