#include "models/moe_sim_vae.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "models/image_shape.hpp"
#include "models/type_distance.hpp"
#include "models/unused_options.hpp"
#include "nn/kernel_values.hpp"
#include "nn/step_graph.hpp"
#include "objectives/consensus.hpp"
#include "objectives/depict.hpp"
#include "objectives/mixture_kl.hpp"
#include "objectives/reconstruction.hpp"

namespace mixvae::models {
namespace {

/// Responsibilities below this, summed over a batch, are none.
constexpr double kSmallestTotal = 1e-8;

/// first, hidden, ..., hidden, and `last` where it is given.
std::vector<std::int64_t> layer_widths(std::int64_t first, std::int64_t hidden, std::int64_t layers,
                                       std::optional<std::int64_t> last = {}) {
  std::vector<std::int64_t> widths{first};
  widths.insert(widths.end(), static_cast<std::size_t>(layers), hidden);
  if (last) {
    widths.push_back(*last);
  }
  return widths;
}

/// Layers of the encoder before the code.
std::int64_t encoder_layers(const CplMixVaeOptions& options) {
  return options.encoder == "convolutional" ? static_cast<std::int64_t>(options.convolutions.size())
                                            : options.hidden_layers;
}

void check(std::int64_t features, std::int64_t types, const CplMixVaeOptions& options) {
  if (features < 1 || types < 1) {
    throw UsageError(
        {.what = "a model needs at least one feature and one type",
         .found = std::to_string(features) + " features, " + std::to_string(types) + " types"});
  }
  if (options.states != 0) {
    throw UsageError({.what = "MoE-Sim-VAE has no states besides its code",
                      .found = "--states " + std::to_string(options.states),
                      .expected = "--states 0",
                      .hint = "--latent sets the width of the code"});
  }
  if (options.arms != 1) {
    throw UsageError({.what = "MoE-Sim-VAE has one arm",
                      .found = "--arms " + std::to_string(options.arms),
                      .expected = "--arms 1",
                      .hint = "arms with a similarity term and expert decoders: --model cpl-mixvae "
                              "--similarity knn --decoder experts"});
  }
  require_unused(
      "MoE-Sim-VAE",
      {"input-dropout", "state-dropout", "head", "temperature", "hard", "state-given-type",
       "state-encoder", "shared-weights", "output", "beta", "log-type", "precision"},
      options, moe_sim_vae_options());
}

}  // namespace

MoeSimVae::MoeSimVae(std::int64_t features, std::int64_t types, const CplMixVaeOptions& options,
                     std::uint64_t seed)
    : features_(features), types_(types), options_(options), seed_(seed) {
  check(features, types, options);
  const std::int64_t layers = options.hidden_layers;
  const std::int64_t gates = options.gating_layers;
  const std::int64_t decoder_hidden = options.decoder_hidden.value_or(options.hidden);
  std::uint64_t layer = 0;
  const auto keys = [&layer](std::int64_t count) {
    return std::exchange(layer, layer + static_cast<std::uint64_t>(count));
  };
  const std::int64_t encoded = make_encoder(layer);
  keys(encoder_layers(options));
  code_ = nn::ArmLinear(1, encoded, options.latent, false, seed, keys(1));
  gating_ = nn::DenseStack(1, layer_widths(options.latent, options.gating_hidden, gates), false,
                           seed, keys(gates));
  type_head_ = nn::ArmLinear(1, gates > 0 ? options.gating_hidden : options.latent, types, false,
                             seed, keys(1));
  decoder_ = nn::Experts(1, options.decoder == "experts" ? types : 1,
                         layer_widths(options.latent, decoder_hidden, layers, features), seed,
                         keys(layers + 1));
  gating_.fuse(options.kernels == "fused");
  means_ = torch::zeros({1, types, options.latent}).requires_grad_(options.centre == "learned");
  drawn_means_ = torch::zeros({1, types, options.latent});
  covariance_ =
      torch::eye(options.latent).expand({1, types, options.latent, options.latent}).clone();
  visits_ = torch::zeros({1, types});
  kept_ = torch::ones({types}, torch::TensorOptions().dtype(torch::kBool));
}

/// Returns the width of what the encoder gives to the code's layer.
std::int64_t MoeSimVae::make_encoder(std::uint64_t layer) {
  const bool normalised = options_.encoder_norm == "batch";
  if (options_.encoder == "convolutional") {
    nn::ConvStack convolutions(image_shape(features_, options_.image_width),
                               nn::conv_layers(options_.convolutions), normalised, seed_, layer);
    const std::int64_t outputs = convolutions.outputs();
    encoder_ = std::move(convolutions);
    return outputs;
  }
  nn::DenseStack layers(1, layer_widths(features_, options_.hidden, options_.hidden_layers),
                        normalised, seed_, layer);
  layers.fuse(options_.kernels == "fused");
  encoder_ = std::move(layers);
  return options_.hidden_layers > 0 ? options_.hidden : features_;
}

nn::TypePosterior MoeSimVae::posterior_of(const torch::Tensor& hidden) const {
  return nn::type_posterior(type_head_.forward(hidden), kept_, nn::TypeHead::once, options_.tau,
                            nn::LogKind::exact);
}

/// What the encoder makes of the cells and, where asked, of the noisy pass's.
nn::DenseStack::Passes MoeSimVae::encode_passes(const Batch& batch, bool noisy) {
  const nn::NoiseKey key = noise(Purpose::noisy_pass, batch.step_number());
  if (auto* dense = std::get_if<nn::DenseStack>(&encoder_);
      dense != nullptr && noisy && !batch.inputs.defined()) {
    return dense->forward_both(batch.x, options_.noise_dropout, key);
  }
  return std::visit(
      [&](auto& encoder) -> nn::DenseStack::Passes {
        const torch::Tensor& x = batch.inputs.defined() ? batch.inputs : batch.x;
        return {encoder.forward_training(batch.x),
                noisy ? encoder.forward_noisy(x, options_.noise_dropout, key) : torch::Tensor()};
      },
      encoder_);
}

nn::TypePosterior MoeSimVae::noisy_posterior(const torch::Tensor& hidden,
                                             const Batch& batch) const {
  const torch::Tensor loc = code_.forward(hidden);
  const torch::Tensor code =
      loc + options_.code_noise * nn::normal(loc.sizes(),
                                             noise(Purpose::code_noise, batch.step_number() * 2),
                                             loc.options());
  return posterior_of(gating_.forward_noisy(code, options_.noise_dropout,
                                            noise(Purpose::noisy_gating, batch.step_number())));
}

bool MoeSimVae::uses_noisy_pass(const Batch& batch) const {
  return batch.start.defined() || options_.depict_weight > 0 || options_.coupling > 0;
}

MoeSimVae::Encoded MoeSimVae::encode_training(const Batch& batch) {
  const bool noisy = options_.depict_pass == "noisy" && uses_noisy_pass(batch);
  const nn::DenseStack::Passes passes = encode_passes(batch, noisy);
  Encoded encoded;
  encoded.loc = code_.forward(passes.clean);
  encoded.code = encoded.loc + options_.code_noise * nn::normal(encoded.loc.sizes(),
                                                                noise(Purpose::code_noise,
                                                                      batch.step_number() * 2 + 1),
                                                                encoded.loc.options());
  encoded.posterior = posterior_of(
      gating_.forward_training(options_.gating_input == "sample" ? encoded.code : encoded.loc));
  encoded.type = nn::most_probable(encoded.posterior.q.detach());
  encoded.noisy = noisy ? noisy_posterior(passes.noisy, batch) : encoded.posterior;
  return encoded;
}

MoeSimVae::Encoded MoeSimVae::encode_evaluation(const Batch& batch) const {
  Encoded encoded;
  const torch::Tensor& x = batch.inputs.defined() ? batch.inputs : batch.x;
  encoded.loc = code_.forward(
      std::visit([&](const auto& encoder) { return encoder.forward_evaluation(x); }, encoder_));
  encoded.code = encoded.loc;
  encoded.missing_noise = options_.code_noise * options_.code_noise;
  encoded.posterior = posterior_of(gating_.forward_evaluation(encoded.loc));
  encoded.type = nn::most_probable(encoded.posterior.q);
  encoded.noisy = encoded.posterior;
  return encoded;
}

objectives::ExpertInput MoeSimVae::expert_input(const torch::Tensor& code,
                                                const torch::Tensor& type) const {
  const torch::Tensor expert = type.argmax(-1);
  return {code, decoder_.experts() == 1 ? torch::zeros_like(expert) : expert};
}

torch::Tensor MoeSimVae::decode(const torch::Tensor& code, const torch::Tensor& type) const {
  if (options_.routing == "soft" && decoder_.experts() > 1) {
    return decoder_.forward_soft(code, type);
  }
  const objectives::ExpertInput input = expert_input(code, type);
  return decoder_.forward(input.x, input.expert);
}

torch::Tensor MoeSimVae::reconstruction_error(const torch::Tensor& output,
                                              const torch::Tensor& x) const {
  const torch::Tensor sum = options_.likelihood == "bernoulli"
                                ? objectives::bernoulli_error(output, x)
                                : objectives::squared_error(output, x);
  return sum / static_cast<double>(features_);
}

nn::kernels::OutputKind MoeSimVae::output_kind() const {
  return options_.likelihood == "bernoulli" ? nn::kernels::OutputKind::bernoulli
                                            : nn::kernels::OutputKind::linear;
}

bool MoeSimVae::fuses_experts() const {
  return options_.kernels == "fused" && nn::kernels_run_on(type_head_.weight()) &&
         (options_.routing == "hard" || decoder_.experts() == 1) &&
         !nn::RepeatableForm::wanted();  // groups' sizes would be read back
}

/// Mean over cells x [B, D] and features.
torch::Tensor MoeSimVae::mean_reconstruction(const Encoded& encoded, const torch::Tensor& x) const {
  if (!fuses_experts()) {
    return cell_reconstruction(encoded, x).mean();
  }
  const torch::Tensor errors = objectives::fused_mean_expert_error(
      decoder_, expert_input(encoded.code, encoded.posterior.q), output_kind(), x.unsqueeze(0));
  return errors.sum() / static_cast<double>(features_);
}

/// [1, B] means over features, without gradients where a kernel computes them.
torch::Tensor MoeSimVae::cell_reconstruction(const Encoded& encoded, const torch::Tensor& x) const {
  if (!fuses_experts()) {
    return reconstruction_error(decode(encoded.code, encoded.posterior.q), x.unsqueeze(0));
  }
  const torch::Tensor errors = objectives::fused_expert_error(
      decoder_, expert_input(encoded.code, encoded.posterior.q), output_kind(), x.unsqueeze(0));
  return errors / static_cast<double>(features_);
}

void MoeSimVae::follow_codes(const Encoded& encoded) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor sizes = encoded.type.sum(1);  // [1, K]
  visits_.add_(sizes > 0);
  const torch::Tensor rate =
      (1.0 / visits_.clamp_min(1)).clamp_min(1.0 - options_.centre_momentum) * (sizes > 0);
  follow_means(encoded, sizes, rate);
  const torch::Tensor mean =
      torch::matmul(encoded.type.transpose(1, 2), encoded.loc) / sizes.clamp_min(1).unsqueeze(-1);
  drawn_means_.add_(rate.unsqueeze(-1) * (mean - drawn_means_));
  const torch::Tensor centred =
      encoded.loc.unsqueeze(1) - drawn_means_.unsqueeze(2);  // [1, K, B, L]
  const torch::Tensor members = encoded.type.transpose(1, 2).unsqueeze(-1);
  const torch::Tensor covariance = torch::matmul((centred * members).transpose(2, 3), centred) /
                                   sizes.clamp_min(1).unsqueeze(-1).unsqueeze(-1);
  covariance_.add_(rate.unsqueeze(-1).unsqueeze(-1) * (covariance - covariance_));
}

void MoeSimVae::follow_means(const Encoded& encoded, const torch::Tensor& sizes,
                             const torch::Tensor& rate) {
  if (options_.centre == "learned") {
    return;
  }
  const bool soft = options_.centre == "em";
  const torch::Tensor& weights = soft ? encoded.posterior.q : encoded.type;
  const torch::Tensor total = soft ? weights.sum(1) : sizes;
  const torch::Tensor mean =
      torch::matmul(weights.transpose(1, 2), encoded.code) / total.clamp_min(1).unsqueeze(-1);
  const torch::Tensor step = soft ? total.gt(kSmallestTotal).to(mean.dtype()) : rate;
  means_.add_(step.unsqueeze(-1) * (mean - means_));
}

torch::Tensor MoeSimVae::total(const torch::Tensor& mean, std::int64_t summands) const {
  return options_.terms == "sum" ? mean * static_cast<double>(summands) : mean;
}

torch::Tensor MoeSimVae::depict(const Encoded& encoded) const {
  const torch::Tensor& q = encoded.posterior.q;
  const torch::Tensor target = options_.depict_pass == "noisy"
                                   ? objectives::depict_target(q)
                                   : objectives::moving_depict_target(q);
  return objectives::depict_term(target, encoded.noisy.log_q).sum();
}

void MoeSimVae::add_type_terms(const Encoded& encoded, const Batch& batch,
                               const AddTerm& add) const {
  const torch::Tensor& q = encoded.posterior.q;
  add_similarity_term(encoded.posterior, batch, options_, add);
  if (options_.depict_weight > 0) {
    add("depict", total(depict(encoded), q.size(1)), options_.depict_weight);
  }
  if (options_.coupling > 0) {
    const nn::TypePosterior passes{torch::cat({q, encoded.noisy.q}),
                                   torch::cat({encoded.posterior.log_q, encoded.noisy.log_q})};
    add("distance",
        total(objectives::consensus_distance(passes, type_distance(options_),
                                             options_.variance_floor),
              q.size(1)),
        options_.coupling);
  }
  if (options_.entropy > 0) {
    add("negative_entropy", total(objectives::negative_entropy(encoded.posterior).sum(), q.size(1)),
        options_.entropy);
  }
  if (options_.balance > 0) {
    add("balance", total(objectives::negative_balance_entropy(q).sum(), q.size(1)),
        options_.balance);
  }
}

torch::Tensor MoeSimVae::code_variance(const Encoded& encoded) const {
  const torch::Tensor variance = objectives::type_variance(encoded.code, encoded.type, means_);
  const torch::Tensor present = encoded.type.sum(1).gt(0).unsqueeze(-1);  // [1, K, 1]
  return variance + encoded.missing_noise * present;
}

LossTerms MoeSimVae::objective(const Encoded& encoded, const Batch& batch) const {
  const torch::Tensor reconstruction =
      total(mean_reconstruction(encoded, batch.x), batch.cells() * features_);
  const auto direction = options_.kl_direction == "reverse" ? objectives::KlDirection::reverse
                                                            : objectives::KlDirection::standard;
  const torch::Tensor kl =
      total(objectives::covariance_kl(code_variance(encoded), direction).sum(), types_);
  torch::Tensor loss = options_.reconstruction * reconstruction + options_.mixture_kl * kl;
  LossTerms terms{{"loss", loss}, {"reconstruction", reconstruction}, {"kl_code", kl}};
  const auto add = [&](const char* name, const torch::Tensor& value, double weight) {
    loss = loss + weight * value;
    terms.emplace_back(name, value);
  };
  if (batch.start.defined()) {
    add("start",
        total(objectives::type_cross_entropy(encoded.noisy.log_q, batch.start, batch.start_weight)
                  .sum(),
              batch.cells()),
        1.0);
  } else {
    add_type_terms(encoded, batch, add);
  }
  add_known_terms(encoded.posterior, batch, options_, add);
  terms.front().second = loss;
  return terms;
}

LossTerms MoeSimVae::training_loss(const Batch& batch) {
  const Encoded encoded = encode_training(batch);
  follow_codes(encoded);
  return objective(encoded, batch);
}

LossTerms MoeSimVae::validation_loss(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  return objective(encode_evaluation(batch), batch);
}

Posterior MoeSimVae::infer(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  const Encoded encoded = encode_evaluation(batch);
  return {encoded.posterior.q, encoded.loc.narrow(-1, 0, 0), encoded.loc,
          cell_reconstruction(encoded, batch.x)};
}

torch::Tensor MoeSimVae::generate(std::int64_t arm, std::int64_t type, std::int64_t count,
                                  double spread, std::uint64_t seed) {
  MIXVAE_ASSERT(arm == 0 && type < types_, "arm and type exist");
  const torch::NoGradGuard no_grad;
  if (visits_[0][type].item<double>() == 0) {
    throw InputError({.what = "a type had no cells in training: there is nothing to draw it from",
                      .hint = "name other types (--types)"});
  }
  const auto tensor_options = type_head_.weight().options();
  const auto [values, directions] = at::linalg_eigh(covariance_[0][type]);
  const torch::Tensor draws =
      spread * nn::normal({count, options_.latent},
                          {seed, Purpose::generation, static_cast<std::uint64_t>(type)},
                          tensor_options);
  const torch::Tensor code =
      drawn_means_[0][type] +
      torch::matmul(draws * values.clamp_min(0).sqrt(), directions.transpose(0, 1));
  const torch::Tensor one_hot = torch::zeros({1, count, types_}, tensor_options);
  one_hot.select(-1, type).fill_(1);
  const torch::Tensor output = decode(code.unsqueeze(0), one_hot).squeeze(0);
  return options_.likelihood == "bernoulli" ? torch::sigmoid(output) : output;
}

std::vector<NamedTensor> MoeSimVae::parameters() {
  std::vector<NamedTensor> out;
  std::visit([&](const auto& encoder) { encoder.append_parameters("encoder", out); }, encoder_);
  code_.append_parameters("code", out);
  gating_.append_parameters("gating", out);
  type_head_.append_parameters("type_head", out);
  decoder_.append_parameters("decoder", out);
  if (options_.centre == "learned") {
    out.push_back({"type_means", means_});
  }
  return out;
}

std::vector<NamedTensor> MoeSimVae::buffers() {
  std::vector<NamedTensor> out;
  std::visit([&](const auto& encoder) { encoder.append_buffers("encoder", out); }, encoder_);
  if (options_.centre != "learned") {
    out.push_back({"type_means", means_});
  }
  out.push_back({"drawn_means", drawn_means_});
  out.push_back({"type_covariance", covariance_});
  out.push_back({"type_visits", visits_});
  out.push_back({"kept_types", kept_});
  return out;
}

double MoeSimVae::products_per_cell() {
  double products = Model::products_per_cell();
  if (options_.routing == "hard") {
    products -= static_cast<double>(decoder_.passed_by());
  }
  if (options_.encoder == "convolutional") {
    products += nn::conv_products(nn::conv_layers(options_.convolutions),
                                  image_shape(features_, options_.image_width));
  }
  return products;
}

std::int64_t MoeSimVae::values_per_cell() {
  std::int64_t values = 0;
  if (options_.encoder == "convolutional") {
    values += nn::conv_values(nn::conv_layers(options_.convolutions),
                              image_shape(features_, options_.image_width));
  }
  if (options_.routing == "soft") {
    values += decoder_.soft_values();
  }
  return values;
}

void MoeSimVae::prune_type(std::int64_t type) {
  MIXVAE_ASSERT(type >= 0 && type < types_, "the pruned type exists");
  const torch::NoGradGuard no_grad;
  kept_.index_put_({torch::tensor(type)}, false);
  type_head_.weight().detach().select(2, type).zero_();
  type_head_.bias().detach().select(2, type).zero_();
}

void MoeSimVae::convert(const torch::TensorOptions& options) {
  std::visit([&](auto& encoder) { encoder.to(options); }, encoder_);
  code_.to(options);
  gating_.to(options);
  type_head_.to(options);
  decoder_.to(options);
  nn::convert_in_place(means_, options);
  nn::convert_in_place(drawn_means_, options);
  nn::convert_in_place(covariance_, options);
  nn::convert_in_place(visits_, options);
  kept_.set_data(kept_.to(options.device()));
}

void MoeSimVae::to(torch::Device device) { convert(torch::TensorOptions().device(device)); }

void MoeSimVae::to_double() { convert(torch::TensorOptions().dtype(torch::kFloat64)); }

}  // namespace mixvae::models
