#include "models/cpl_mixvae.hpp"

#include "base/error.hpp"
#include "objectives/consensus.hpp"
#include "objectives/kl_divergence.hpp"
#include "objectives/reconstruction.hpp"

namespace mixvae::models {
namespace {

/// Added to the state variance before its logarithm (reference-notes 1.3).
constexpr double kVarianceEpsilon = 1e-8;

nn::TypeHead type_head(const CplMixVaeOptions& options) {
  return options.head == "double" ? nn::TypeHead::twice : nn::TypeHead::once;
}

nn::LogKind log_kind(const CplMixVaeOptions& options) {
  return options.log_type == "exact" ? nn::LogKind::exact : nn::LogKind::floored;
}

objectives::TypeDistance type_distance(const CplMixVaeOptions& options) {
  using objectives::TypeDistance;
  if (options.distance == "aitchison") {
    return TypeDistance::aitchison;
  }
  if (options.distance == "euclidean") {
    return TypeDistance::euclidean;
  }
  return options.distance == "agreement" ? TypeDistance::agreement : TypeDistance::d_sigma;
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
  widths.insert(widths.end(), static_cast<std::size_t>(options.hidden_layers), options.hidden);
  widths.push_back(features);
  return widths;
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
  std::uint64_t layer = 0;
  const auto linear = [&](std::int64_t inputs, std::int64_t outputs) {
    return nn::ArmLinear(arms(), inputs, outputs, options.shared_weights, seed, layer++);
  };
  const auto widths = encoder_widths(features, options);
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    encoder_.push_back(linear(widths[i], widths[i + 1]));
    encoder_norms_.emplace_back(arms(), widths[i + 1]);
  }
  type_head_ = linear(options.latent, types);
  const std::int64_t state_inputs = options.latent + (options.state_given_type ? types : 0);
  if (options.states > 0) {
    state_mean_ = linear(state_inputs, options.states);
    state_variance_ = linear(state_inputs, options.states);
  }
  const auto out_widths = decoder_widths(features, types, options);
  for (std::size_t i = 0; i + 1 < out_widths.size(); ++i) {
    decoder_.push_back(linear(out_widths[i], out_widths[i + 1]));
  }
  kept_ = torch::ones({types}, torch::TensorOptions().dtype(torch::kBool));
}

torch::Tensor CplMixVae::dropped_input(const Batch& batch) const {
  const torch::Tensor& input = batch.inputs.defined() ? batch.inputs : batch.x;
  if (options_.input_dropout <= 0) {
    return input;
  }
  const std::int64_t cells = batch.x.size(0);
  return input * nn::dropout_mask({arms(), cells, features_}, 1.0 - options_.input_dropout,
                                  noise(Purpose::input_dropout, batch.step), batch.x.options());
}

torch::Tensor CplMixVae::encode_latent(const torch::Tensor& x, bool training) {
  torch::Tensor h = x;
  for (std::size_t i = 0; i < encoder_.size(); ++i) {
    h = torch::relu(encoder_[i].forward(h));
    h = training ? encoder_norms_[i].forward_training(h) : encoder_norms_[i].forward_evaluation(h);
  }
  return h;
}

nn::TypePosterior CplMixVae::posterior_of(const torch::Tensor& latent) const {
  return nn::type_posterior(type_head_.forward(latent), kept_, type_head(options_), options_.tau,
                            log_kind(options_));
}

void CplMixVae::add_state(Encoded& encoded) const {
  if (options_.states == 0) {
    encoded.state_mean = encoded.latent.narrow(-1, 0, 0);
    encoded.state_variance = encoded.state_mean;
    return;
  }
  const torch::Tensor y =
      options_.state_given_type ? torch::cat({encoded.latent, encoded.type}, -1) : encoded.latent;
  encoded.state_mean = state_mean_.forward(y);
  encoded.state_variance = torch::sigmoid(state_variance_.forward(y)) + kVarianceEpsilon;
}

CplMixVae::Encoded CplMixVae::encode_training(const Batch& batch) {
  const std::int64_t cells = batch.x.size(0);
  const auto tensor_options = batch.x.options();
  Encoded encoded;
  encoded.latent = encode_latent(dropped_input(batch), true);
  encoded.posterior = posterior_of(encoded.latent);
  encoded.type = nn::gumbel_softmax(
      encoded.posterior, kept_,
      nn::gumbel({arms(), cells, types_}, noise(Purpose::gumbel, batch.step), tensor_options),
      options_.temperature, options_.hard);
  add_state(encoded);
  const at::IntArrayRef shape = encoded.state_mean.sizes();
  encoded.state = encoded.state_mean +
                  encoded.state_variance.sqrt() *
                      nn::normal(shape, noise(Purpose::state_noise, batch.step), tensor_options);
  if (options_.state_dropout > 0) {
    encoded.state =
        encoded.state * nn::dropout_mask(shape, 1.0 - options_.state_dropout,
                                         noise(Purpose::state_dropout, batch.step), tensor_options);
  }
  return encoded;
}

CplMixVae::Encoded CplMixVae::encode_evaluation(const Batch& batch) {
  Encoded encoded;
  encoded.latent = encode_latent(batch.inputs.defined() ? batch.inputs : batch.x, false);
  encoded.posterior = posterior_of(encoded.latent);
  encoded.type = nn::most_probable(encoded.posterior.q);
  add_state(encoded);
  encoded.state = encoded.state_mean;
  return encoded;
}

torch::Tensor CplMixVae::decode(const torch::Tensor& types, const torch::Tensor& states) const {
  torch::Tensor h = torch::cat({types, states}, -1);
  for (std::size_t i = 0; i + 1 < decoder_.size(); ++i) {
    h = torch::relu(decoder_[i].forward(h));
  }
  const torch::Tensor output = decoder_.back().forward(h);
  return options_.output == "relu" ? torch::relu(output) : output;
}

void CplMixVae::add_consensus_terms(
    const Encoded& encoded,
    const std::function<void(const char*, const torch::Tensor&, double)>& add) const {
  if (arms() > 1) {
    const auto pairs_per_arm = static_cast<double>(arms() - 1);
    add("negative_entropy", objectives::negative_entropy(encoded.posterior).sum(),
        options_.entropy);
    add("distance",
        objectives::consensus_distance(encoded.posterior, type_distance(options_),
                                       options_.variance_floor),
        options_.coupling / pairs_per_arm);
  }
  if (options_.balance > 0) {
    add("balance", objectives::negative_balance_entropy(encoded.posterior.q).sum(),
        options_.balance);
  }
}

LossTerms CplMixVae::objective(const Encoded& encoded, const torch::Tensor& output,
                               const Batch& batch) const {
  const torch::Tensor target = batch.target.defined()   ? batch.target
                               : batch.inputs.defined() ? batch.inputs
                                                        : batch.x;
  const torch::Tensor reconstruction = objectives::squared_error(output, target).mean(1).sum();
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
    add_consensus_terms(encoded, add);
  }
  if (batch.prior.defined()) {
    add("prior", objectives::reference_prior_term(encoded.posterior.q, batch.prior).sum(),
        options_.prior_weight);
  }
  terms.front().second = loss;
  return terms;
}

LossTerms CplMixVae::training_loss(const Batch& batch) {
  const Encoded encoded = encode_training(batch);
  return objective(encoded, decode(encoded.type, encoded.state), batch);
}

LossTerms CplMixVae::validation_loss(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  const Encoded encoded = encode_evaluation(batch);
  return objective(encoded, decode(encoded.type, encoded.state), batch);
}

Posterior CplMixVae::infer(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  const Encoded encoded = encode_evaluation(batch);
  const torch::Tensor output = decode(encoded.type, encoded.state);
  return {encoded.posterior.q, encoded.state_mean, encoded.latent,
          objectives::squared_error(output, batch.x)};
}

std::vector<NamedTensor> CplMixVae::parameters() {
  std::vector<NamedTensor> out;
  for (std::size_t i = 0; i < encoder_.size(); ++i) {
    encoder_[i].append_parameters("encoder." + std::to_string(i + 1), out);
  }
  type_head_.append_parameters("type_head", out);
  if (options_.states > 0) {
    state_mean_.append_parameters("state_mean", out);
    state_variance_.append_parameters("state_variance", out);
  }
  for (std::size_t i = 0; i < decoder_.size(); ++i) {
    decoder_[i].append_parameters("decoder." + std::to_string(i + 1), out);
  }
  return out;
}

std::vector<NamedTensor> CplMixVae::buffers() {
  std::vector<NamedTensor> out;
  for (std::size_t i = 0; i < encoder_norms_.size(); ++i) {
    encoder_norms_[i].append_buffers("encoder_norm." + std::to_string(i + 1), out);
  }
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
  zero(decoder_.front().weight(), 1, type);
}

void CplMixVae::convert(const torch::TensorOptions& options) {
  const auto convert_all = [&](std::vector<nn::ArmLinear>& layers) {
    for (nn::ArmLinear& layer : layers) {
      layer.to(options);
    }
  };
  convert_all(encoder_);
  convert_all(decoder_);
  type_head_.to(options);
  if (options_.states > 0) {
    state_mean_.to(options);
    state_variance_.to(options);
  }
  for (nn::ArmBatchNorm& norm : encoder_norms_) {
    norm.to(options);
  }
  kept_.set_data(kept_.to(options.device()));
}

void CplMixVae::to(torch::Device device) { convert(torch::TensorOptions().device(device)); }

void CplMixVae::to_double() { convert(torch::TensorOptions().dtype(torch::kFloat64)); }

}  // namespace mixvae::models
