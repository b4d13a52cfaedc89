#include "models/cpl_mixvae.hpp"

#include "base/error.hpp"
#include "models/cell_terms.hpp"
#include "models/type_distance.hpp"
#include "models/unused_options.hpp"
#include "nn/fused_chain.hpp"
#include "nn/fused_heads.hpp"
#include "nn/fused_types.hpp"
#include "nn/kernel_values.hpp"
#include "nn/kernels/bf16_product.hpp"
#include "nn/kernels/matrix_product.hpp"
#include "nn/sparse_linear.hpp"
#include "nn/step_graph.hpp"
#include "objectives/consensus.hpp"
#include "objectives/kl_divergence.hpp"
#include "objectives/reconstruction.hpp"
#include "objectives/similarity.hpp"

namespace mixvae::models {
namespace {

/// Added to the state variance before its logarithm (reference-notes 1.3).
constexpr double kVarianceEpsilon = 1e-8;

/// Weight of the squared distance between state means and starting states.
constexpr double kStateStartWeight = 20;

nn::TypeHead type_head(const CplMixVaeOptions& options) {
  return options.head == "double" ? nn::TypeHead::twice : nn::TypeHead::once;
}

nn::LogKind log_kind(const CplMixVaeOptions& options) {
  return options.log_type == "exact" ? nn::LogKind::exact : nn::LogKind::floored;
}

/// Widths of the encoder's layers: D, H, ..., H, L.
std::vector<std::int64_t> encoder_widths(std::int64_t features, const CplMixVaeOptions& options) {
  std::vector<std::int64_t> widths{features};
  widths.insert(widths.end(), static_cast<std::size_t>(options.hidden_layers), options.hidden);
  widths.push_back(options.latent);
  return widths;
}

/// Widths of the decoder's layers: K + S, L, H, ..., H, D.
std::vector<std::int64_t> decoder_widths(std::int64_t features, std::int64_t types,
                                         const CplMixVaeOptions& options) {
  std::vector<std::int64_t> widths{types + options.states, options.latent};
  widths.insert(widths.end(), static_cast<std::size_t>(options.hidden_layers),
                options.decoder_hidden.value_or(options.hidden));
  widths.push_back(features);
  return widths;
}

/// Outputs from which on the fused output layer is faster with a dense target.
constexpr std::int64_t kWideOutput = 256;

bool experts_can_be(const CplMixVaeOptions& options) {
  return options.output == "linear" && !options.shared_weights;
}

/// Refuses --precision bf16 where no product would be one of 16-bit numbers.
void require_bf16_products(std::int64_t features, const CplMixVaeOptions& options) {
  if (!nn::kernels::has_bf16_product() || !nn::kernels::has_matrix_product()) {
    throw UsageError({.what = "there are no products of 16-bit numbers here",
                      .found = "--precision bf16 on a processor without avx512_bf16 and amx_bf16, "
                               "or in a build without oneDNN or a BLAS",
                      .hint = "leave --precision out"});
  }
  const bool wide =
      features >= kWideOutput && options.kernels == "fused" && options.decoder == "shared";
  if (!wide) {
    throw UsageError(
        {.what = "nothing would be computed with 16-bit numbers: they are for a wide output layer",
         .found = "--precision bf16 with " + std::to_string(features) + " outputs, --kernels " +
                  options.kernels + ", --decoder " + options.decoder,
         .expected = "at least " + std::to_string(kWideOutput) +
                     " outputs (--space features), fused kernels, a shared decoder",
         .hint = "leave --precision out"});
  }
}

/// The cells' own values.
objectives::ReconstructionTarget own_values(const Batch& batch) {
  if (batch.is_sparse()) {
    return {.sparse = {batch.sparse_x}};
  }
  return {.dense = batch.x.unsqueeze(0)};
}

/// What a batch is reconstructed to: its target, else what the arms read.
objectives::ReconstructionTarget target_of(const Batch& batch) {
  if (!batch.sparse_target.empty() || !batch.sparse_inputs.empty()) {
    return {.sparse = batch.sparse_target.empty() ? batch.sparse_inputs : batch.sparse_target};
  }
  if (batch.target.defined() || batch.inputs.defined()) {
    return {.dense = batch.target.defined() ? batch.target : batch.inputs};
  }
  return own_values(batch);
}

}  // namespace

CplMixVae::CplMixVae(std::int64_t features, std::int64_t types, const CplMixVaeOptions& options,
                     std::uint64_t seed)
    : features_(features), types_(types), options_(options), seed_(seed) {
  if (features < 1 || types < 1) {
    throw UsageError(
        {.what = "a model needs at least one feature and one type",
         .found = std::to_string(features) + " features, " + std::to_string(types) + " types"});
  }
  if (options.likelihood == "bernoulli" && options.output == "relu") {
    throw UsageError({.what =
                          "a Bernoulli likelihood takes the outputs as logits, which relu would "
                          "cut off at probability 1/2",
                      .found = "--likelihood bernoulli with --output relu",
                      .hint = "add --output linear"});
  }
  require_unused(
      "cpl-mixVAE",
      {"gating-layers", "gating-hidden", "depict-weight", "noise-dropout", "code-noise",
       "mixture-kl", "kl-direction", "centre", "centre-momentum", "encoder", "convolutions",
       "image-width", "terms", "depict-pass", "gating-input", "encoder-norm"},
      options, {});
  if (options.decoder == "experts" && !experts_can_be(options)) {
    throw UsageError({.what = "expert decoders have linear outputs and weights of their own",
                      .found = "--decoder experts with --output relu or --shared-weights",
                      .hint = "add --output linear --shared-weights false"});
  }
  if (options.precision == "bf16") {
    require_bf16_products(features, options);
    precision_ = nn::kernels::Precision::bf16;
  }
  std::uint64_t layer = 0;
  const auto linear = [&](std::int64_t inputs, std::int64_t outputs) {
    return nn::ArmLinear(arms(), inputs, outputs, options.shared_weights, seed, layer++);
  };
  const auto widths = encoder_widths(features, options);
  const auto add_encoder = [&](Encoder& encoder) {
    for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
      encoder.layers.push_back(linear(widths[i], widths[i + 1]));
      encoder.norms.emplace_back(arms(), widths[i + 1]);
    }
  };
  add_encoder(encoder_);
  type_head_ = linear(options.latent, types);
  const std::int64_t state_inputs = options.latent + (options.state_given_type ? types : 0);
  if (options.states > 0) {
    state_mean_ = linear(state_inputs, options.states);
    state_variance_ = linear(state_inputs, options.states);
  }
  const auto out_widths = decoder_widths(features, types, options);
  if (has_experts()) {
    experts_ = nn::Experts(arms(), types, out_widths, seed, layer);
    layer += out_widths.size() - 1;
  }
  for (std::size_t i = 0; i + 1 < out_widths.size() && !has_experts(); ++i) {
    decoder_.push_back(linear(out_widths[i], out_widths[i + 1]));
  }
  if (options.states > 0 && options.state_encoder == "own") {
    add_encoder(state_encoder_);
  }
  kept_ = torch::ones({types}, torch::TensorOptions().dtype(torch::kBool));
}

bool CplMixVae::runs_kernels() const {
  return options_.kernels == "fused" && nn::kernels_run_on(encoder_.layers.front().weight());
}

bool CplMixVae::reads_sparse_rows() const { return runs_kernels() && !has_experts(); }

CplMixVae::Input CplMixVae::input_of(const Batch& batch, double dropout) const {
  const nn::NoiseKey key = noise(Purpose::input_dropout, batch.step_number());
  if (batch.is_sparse()) {
    const std::vector<nn::SparseRows> shared{batch.sparse_x};
    return {
        {}, batch.sparse_inputs.empty() ? shared : batch.sparse_inputs, {1.0 - dropout, key}, true};
  }
  const torch::Tensor& x = batch.inputs.defined() ? batch.inputs : batch.x;
  if (dropout <= 0) {
    return {x, {}, {}, runs_kernels()};
  }
  return {x * nn::dropout_mask({arms(), batch.cells(), features_}, 1.0 - dropout, key, x.options()),
          {},
          {},
          runs_kernels()};
}

torch::Tensor CplMixVae::Encoder::encode(const Input& x, std::int64_t arms, bool training) {
  torch::Tensor h = x.sparse.empty() ? layers[0].forward(x.dense)
                                     : nn::sparse_linear(x.sparse, layers[0].weight(),
                                                         layers[0].bias(), arms, x.dropout);
  if (training && x.fused) {
    return nn::fused_normalised_layers(h, std::span(layers).subspan(1), norms);
  }
  for (std::size_t i = 0; i < layers.size(); ++i) {
    h = torch::relu(i == 0 ? h : layers[i].forward(h));
    h = training ? norms[i].forward_training(h) : norms[i].forward_evaluation(h);
  }
  return h;
}

nn::TypePosterior CplMixVae::posterior_of(const torch::Tensor& latent) const {
  return nn::type_posterior(type_head_.forward(latent), kept_, type_head(options_), options_.tau,
                            log_kind(options_));
}

/// What the layers make of their joint inputs.
std::vector<torch::Tensor> CplMixVae::apply_heads(
    const std::vector<torch::Tensor>& inputs,
    const std::vector<const nn::ArmLinear*>& layers) const {
  if (runs_kernels()) {
    return nn::fused_heads(inputs, layers);
  }
  const torch::Tensor joint = inputs.size() == 1 ? inputs.front() : torch::cat(inputs, -1);
  std::vector<torch::Tensor> out;
  out.reserve(layers.size());
  for (const nn::ArmLinear* layer : layers) {
    out.push_back(layer->forward(joint));
  }
  return out;
}

void CplMixVae::add_state(Encoded& encoded, const Input& x, bool training) {
  if (options_.states == 0) {
    encoded.state_mean = encoded.latent.narrow(-1, 0, 0);
    encoded.state_variance = encoded.state_mean;
    return;
  }
  const torch::Tensor code =
      state_encoder_.empty() ? encoded.latent : state_encoder_.encode(x, arms(), training);
  std::vector<torch::Tensor> y{code};
  if (options_.state_given_type) {
    y.push_back(encoded.type);
  }
  const auto heads = apply_heads(y, {&state_mean_, &state_variance_});
  encoded.state_mean = heads[0];
  encoded.state_variance = torch::sigmoid(heads[1]) + kVarianceEpsilon;
}

void CplMixVae::draw_state(Encoded& encoded, const Batch& batch) const {
  const at::IntArrayRef shape = encoded.state_mean.sizes();
  const auto tensor_options = encoded.state_mean.options();
  encoded.state =
      encoded.state_mean +
      encoded.state_variance.sqrt() *
          nn::normal(shape, noise(Purpose::state_noise, batch.step_number()), tensor_options);
  if (options_.state_dropout > 0) {
    encoded.state =
        encoded.state * nn::dropout_mask(shape, 1.0 - options_.state_dropout,
                                         noise(Purpose::state_dropout, batch.step_number()),
                                         tensor_options);
  }
}

/// Posterior and sample of the types.
void CplMixVae::draw_types(Encoded& encoded, const Batch& batch) const {
  const nn::NoiseKey key = noise(Purpose::gumbel, batch.step_number());
  if (runs_kernels() && !options_.hard) {
    nn::TypeSample sample = nn::fused_types(apply_heads({encoded.latent}, {&type_head_})[0], kept_,
                                            {.head = type_head(options_),
                                             .log_kind = log_kind(options_),
                                             .tau = options_.tau,
                                             .temperature = options_.temperature},
                                            key);
    encoded.posterior = std::move(sample.posterior);
    encoded.type = std::move(sample.relaxed);
    return;
  }
  encoded.posterior = posterior_of(encoded.latent);
  encoded.type =
      nn::gumbel_softmax(encoded.posterior, kept_,
                         nn::gumbel({arms(), batch.cells(), types_}, key, encoded.latent.options()),
                         options_.temperature, options_.hard);
}

CplMixVae::Encoded CplMixVae::encode_training(const Batch& batch) {
  const Input x = input_of(batch, options_.input_dropout);
  Encoded encoded;
  encoded.latent = encoder_.encode(x, arms(), true);
  draw_types(encoded, batch);
  add_state(encoded, x, true);
  draw_state(encoded, batch);
  return encoded;
}

CplMixVae::Encoded CplMixVae::encode_states(const Batch& batch) {
  const Input x = input_of(batch, 0);
  Encoded encoded;
  {
    const torch::NoGradGuard no_grad;
    encoded.latent = encoder_.encode(x, arms(), false);
    encoded.posterior = posterior_of(encoded.latent);
    encoded.type = nn::most_probable(encoded.posterior.q);
  }
  add_state(encoded, x, true);
  draw_state(encoded, batch);
  return encoded;
}

CplMixVae::Encoded CplMixVae::encode_evaluation(const Batch& batch) {
  const Input x = input_of(batch, 0);
  Encoded encoded;
  encoded.latent = encoder_.encode(x, arms(), false);
  encoded.posterior = posterior_of(encoded.latent);
  encoded.type = nn::most_probable(encoded.posterior.q);
  add_state(encoded, x, false);
  encoded.state = encoded.state_mean;
  return encoded;
}

torch::Tensor CplMixVae::decode_hidden(const torch::Tensor& types,
                                       const torch::Tensor& states) const {
  torch::Tensor h = torch::cat({types, states}, -1);
  if (runs_kernels()) {
    return nn::fused_relu_layers(h, std::span(decoder_).first(decoder_.size() - 1));
  }
  for (std::size_t i = 0; i + 1 < decoder_.size(); ++i) {
    h = torch::relu(decoder_[i].forward(h));
  }
  return h;
}

torch::Tensor CplMixVae::decode(const torch::Tensor& types, const torch::Tensor& states) const {
  if (has_experts()) {
    const torch::Tensor h = torch::cat({types, states}, -1);
    return options_.routing == "soft" ? experts_.forward_soft(h, types)
                                      : experts_.forward(h, types.detach().argmax(-1));
  }
  const torch::Tensor output = decoder_.back().forward(decode_hidden(types, states));
  return options_.output == "relu" ? torch::relu(output) : output;
}

torch::Tensor CplMixVae::reconstruction_error(const torch::Tensor& output,
                                              const torch::Tensor& target) const {
  return options_.likelihood == "bernoulli" ? objectives::bernoulli_error(output, target)
                                            : objectives::squared_error(output, target);
}

/// Whether the output layer and its error run as one kernel: sparse targets must, dense ones do
/// where the layer is wide enough for it to pay.
bool CplMixVae::fuses_output(const objectives::ReconstructionTarget& target) const {
  return !target.sparse.empty() || (features_ >= kWideOutput && reads_sparse_rows());
}

nn::kernels::OutputKind CplMixVae::output_kind() const {
  using nn::kernels::OutputKind;
  if (options_.likelihood == "bernoulli") {
    return OutputKind::bernoulli;
  }
  return options_.output == "relu" ? OutputKind::relu : OutputKind::linear;
}

objectives::OutputWeights CplMixVae::output_weights() const {
  return {decoder_.back().weight(), decoder_.back().bias(), output_kind(), precision_};
}

bool CplMixVae::fuses_experts() const {
  return has_experts() && runs_kernels() && options_.routing == "hard" &&
         !nn::RepeatableForm::wanted();  // groups' sizes would be read back
}

/// What the experts decode.
objectives::ExpertInput CplMixVae::expert_input(const Encoded& encoded) const {
  return {torch::cat({encoded.type, encoded.state}, -1), encoded.type.detach().argmax(-1)};
}

/// [A, B] reconstruction errors, without gradients where a kernel computes them.
torch::Tensor CplMixVae::cell_errors(const Encoded& encoded,
                                     const objectives::ReconstructionTarget& target) const {
  if (fuses_experts()) {
    return objectives::fused_expert_error(experts_, expert_input(encoded), output_kind(),
                                          target.dense);
  }
  return fuses_output(target)
             ? objectives::fused_reconstruction_error(decode_hidden(encoded.type, encoded.state),
                                                      output_weights(), target)
             : reconstruction_error(decode(encoded.type, encoded.state), target.dense);
}

/// [A] the mean reconstruction error of each arm.
torch::Tensor CplMixVae::mean_errors(const Encoded& encoded,
                                     const objectives::ReconstructionTarget& target) const {
  if (fuses_experts()) {
    return objectives::fused_mean_expert_error(experts_, expert_input(encoded), output_kind(),
                                               target.dense);
  }
  if (!torch::GradMode::is_enabled() || !fuses_output(target)) {
    return cell_errors(encoded, target).mean(1);
  }
  return objectives::fused_mean_reconstruction_error(decode_hidden(encoded.type, encoded.state),
                                                     output_weights(), target);
}

objectives::Coupling CplMixVae::coupling_of(const nn::TypePosterior& posterior) const {
  const objectives::TypeDistance distance = type_distance(options_);
  if (runs_kernels() && distance == objectives::TypeDistance::d_sigma && posterior.q.size(1) > 1) {
    return objectives::fused_coupling(posterior, options_.variance_floor);
  }
  return {objectives::consensus_distance(posterior, distance, options_.variance_floor),
          objectives::negative_entropy(posterior)};
}

void CplMixVae::add_type_terms(const Encoded& encoded, const Batch& batch,
                               const AddTerm& add) const {
  if (arms() > 1) {
    const auto pairs_per_arm = static_cast<double>(arms() - 1);
    const objectives::Coupling coupling = coupling_of(encoded.posterior);
    add("negative_entropy", coupling.negative_entropy.sum(), options_.entropy);
    add("distance", coupling.distance, options_.coupling / pairs_per_arm);
  }
  if (options_.balance > 0) {
    add("balance", objectives::negative_balance_entropy(encoded.posterior.q).sum(),
        options_.balance);
  }
  add_similarity_term(encoded.posterior, batch, options_, add);
}

LossTerms CplMixVae::objective(const Encoded& encoded, const Batch& batch) const {
  const torch::Tensor reconstruction = mean_errors(encoded, target_of(batch)).sum();
  const torch::Tensor kl =
      objectives::standard_normal_kl(encoded.state_mean, encoded.state_variance).mean(1).sum();
  torch::Tensor loss = options_.reconstruction * reconstruction + options_.beta * kl;
  LossTerms terms{{"loss", loss}, {"reconstruction", reconstruction}, {"kl_state", kl}};
  const auto add = [&](const char* name, const torch::Tensor& value, double weight) {
    loss = loss + weight * value;
    terms.emplace_back(name, value);
  };
  if (batch.start.defined()) {
    add("start",
        objectives::type_cross_entropy(encoded.posterior.log_q, batch.start, batch.start_weight)
            .sum(),
        1.0);
  } else {
    add_type_terms(encoded, batch, add);
  }
  add_known_terms(encoded.posterior, batch, options_, add);
  terms.front().second = loss;
  return terms;
}

LossTerms CplMixVae::state_objective(const Encoded& encoded, const Batch& batch) const {
  const torch::Tensor errors = mean_errors(encoded, own_values(batch));
  const torch::Tensor likelihood =
      options_.likelihood == "bernoulli"
          ? errors.sum()
          : objectives::best_variance_likelihood(errors.unsqueeze(1), features_).sum();
  const torch::Tensor kl =
      objectives::standard_normal_kl(encoded.state_mean, encoded.state_variance).mean(1).sum();
  torch::Tensor loss = likelihood + kl;
  LossTerms terms{{"loss", loss}, {"reconstruction", errors.sum()}, {"kl_state", kl}};
  if (batch.state_start.defined()) {
    terms.emplace_back(
        "state_start",
        objectives::squared_error(encoded.state_mean, batch.state_start).mean(1).sum());
    terms.front().second = loss + kStateStartWeight * terms.back().second;
  }
  return terms;
}

LossTerms CplMixVae::training_loss(const Batch& batch) {
  return states_only_ ? state_objective(encode_states(batch), batch)
                      : objective(encode_training(batch), batch);
}

LossTerms CplMixVae::validation_loss(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  const Encoded encoded = encode_evaluation(batch);
  return states_only_ ? state_objective(encoded, batch) : objective(encoded, batch);
}

double CplMixVae::products_per_cell() {
  const double products = Model::products_per_cell();
  const bool passes_one = has_experts() && options_.routing == "hard";
  return passes_one ? products - static_cast<double>(experts_.passed_by()) : products;
}

std::int64_t CplMixVae::values_per_cell() {
  return has_experts() && options_.routing == "soft" ? experts_.soft_values() : 0;
}

void CplMixVae::learn_states_only(bool only) {
  MIXVAE_ASSERT(!only || options_.states > 0, "there are states to learn");
  states_only_ = only;
}

Posterior CplMixVae::infer(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  const Encoded encoded = encode_evaluation(batch);
  return {encoded.posterior.q, encoded.state_mean, encoded.latent,
          cell_errors(encoded, own_values(batch))};
}

torch::Tensor CplMixVae::generate(std::int64_t arm, std::int64_t type, std::int64_t count,
                                  double spread, std::uint64_t seed) {
  MIXVAE_ASSERT(arm < arms() && type < types_, "arm and type exist");
  const torch::NoGradGuard no_grad;
  const auto tensor_options = type_head_.weight().options();
  const torch::Tensor one_hot = torch::zeros({arms(), count, types_}, tensor_options);
  one_hot.select(-1, type).fill_(1);
  const torch::Tensor states =
      spread * nn::normal({count, options_.states},
                          {seed, Purpose::generation, static_cast<std::uint64_t>(type)},
                          tensor_options);
  const torch::Tensor output =
      decode(one_hot, states.expand({arms(), count, options_.states})).select(0, arm);
  return options_.likelihood == "bernoulli" ? torch::sigmoid(output) : output;
}

std::vector<NamedTensor> CplMixVae::parameters() {
  std::vector<NamedTensor> out;
  const auto append = [&out](const std::vector<nn::ArmLinear>& layers, const std::string& name) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      layers[i].append_parameters(name + "." + std::to_string(i + 1), out);
    }
  };
  append(encoder_.layers, "encoder");
  type_head_.append_parameters("type_head", out);
  if (options_.states > 0) {
    state_mean_.append_parameters("state_mean", out);
    state_variance_.append_parameters("state_variance", out);
  }
  append(decoder_, "decoder");
  experts_.append_parameters("decoder", out);
  append(state_encoder_.layers, "state_encoder");
  return out;
}

std::vector<NamedTensor> CplMixVae::buffers() {
  std::vector<NamedTensor> out;
  const auto append = [&out](const Encoder& encoder, const std::string& name) {
    for (std::size_t i = 0; i < encoder.norms.size(); ++i) {
      encoder.norms[i].append_buffers(name + "." + std::to_string(i + 1), out);
    }
  };
  append(encoder_, "encoder_norm");
  append(state_encoder_, "state_encoder_norm");
  out.push_back({"kept_types", kept_});
  return out;
}

void CplMixVae::prune_type(std::int64_t type) {
  MIXVAE_ASSERT(type >= 0 && type < types_, "the pruned type exists");
  const torch::NoGradGuard no_grad;
  kept_.index_put_({torch::tensor(type)}, false);
  const auto zero = [](const torch::Tensor& tensor, std::int64_t dim, std::int64_t i) {
    tensor.detach().select(dim, i).zero_();
  };
  zero(type_head_.weight(), 2, type);
  zero(type_head_.bias(), 2, type);
  if (options_.states > 0 && options_.state_given_type) {
    zero(state_mean_.weight(), 1, options_.latent + type);
    zero(state_variance_.weight(), 1, options_.latent + type);
  }
  zero(has_experts() ? experts_.layers().front().weight() : decoder_.front().weight(), 1, type);
}

void CplMixVae::convert(const torch::TensorOptions& options) {
  const auto convert_all = [&](std::vector<nn::ArmLinear>& layers) {
    for (nn::ArmLinear& layer : layers) {
      layer.to(options);
    }
  };
  const auto convert_encoder = [&](Encoder& encoder) {
    convert_all(encoder.layers);
    for (nn::ArmBatchNorm& norm : encoder.norms) {
      norm.to(options);
    }
  };
  convert_encoder(encoder_);
  convert_encoder(state_encoder_);
  convert_all(decoder_);
  experts_.to(options);
  type_head_.to(options);
  if (options_.states > 0) {
    state_mean_.to(options);
    state_variance_.to(options);
  }
  kept_.set_data(kept_.to(options.device()));
}

void CplMixVae::to(torch::Device device) {
  if (!device.is_cpu() && precision_ == nn::kernels::Precision::bf16) {
    throw UsageError({.what = "products of 16-bit numbers are computed on the CPU alone",
                      .found = "--precision bf16 on " + device.str(),
                      .hint = "leave --precision out"});
  }
  convert(torch::TensorOptions().device(device));
}

void CplMixVae::to_double() { convert(torch::TensorOptions().dtype(torch::kFloat64)); }

}  // namespace mixvae::models
