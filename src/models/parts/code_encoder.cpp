#include "models/parts/code_encoder.hpp"

#include "models/image_shape.hpp"
#include "models/parts/layer_widths.hpp"

namespace mixvae::models {

CodeEncoder::CodeEncoder(std::int64_t features, const Settings& settings, LayerKeys& keys)
    : settings_(settings) {
  const bool normalised = settings.norm.norm == EncoderNorm::batch;
  std::int64_t encoded = settings.sizes.hidden;
  if (settings.kind.kind == EncoderKind::convolutional) {
    image_ = image_shape(features, settings.kind.image_width);
    std::vector<nn::ConvLayer> layers = nn::conv_layers(settings.kind.convolutions);
    const std::uint64_t first = keys.take(layers.size());
    nn::ConvStack convolutions(image_, std::move(layers), normalised, keys.seed, first,
                               settings.activation);
    encoded = convolutions.outputs();
    hidden_ = std::move(convolutions);
  } else {
    const auto layers = static_cast<std::uint64_t>(settings.sizes.hidden_layers);
    hidden_ = nn::DenseStack(
        1, layer_widths(features, settings.sizes.hidden, settings.sizes.hidden_layers), normalised,
        keys.seed, keys.take(layers), settings.activation);
  }
  code_ = nn::ArmLinear(1, encoded, settings.sizes.latent, false, keys.seed, keys.take());
}

CodeEncoder::Means CodeEncoder::training_means(const View& view, bool noisy, double dropout,
                                               const nn::NoiseKey& key,
                                               const nn::Execution& execution) {
  nn::DenseStack::Passes passes;
  auto* dense = std::get_if<nn::DenseStack>(&hidden_);
  if (dense != nullptr && noisy && !view.inputs.defined()) {
    passes = dense->forward_both(view.x, dropout, key, execution);
  } else if (dense != nullptr) {
    passes.clean = dense->forward_training(view.x, execution);
    passes.noisy =
        noisy ? dense->forward_noisy(view.read(), dropout, key, execution) : torch::Tensor();
  } else {
    auto& images = std::get<nn::ConvStack>(hidden_);
    passes.clean = images.forward_training(view.x);
    passes.noisy = noisy ? images.forward_noisy(view.read(), dropout, key) : torch::Tensor();
  }
  return {code_.forward(passes.clean), noisy ? code_.forward(passes.noisy) : torch::Tensor()};
}

torch::Tensor CodeEncoder::evaluation_mean(const View& view) const {
  const auto hidden = [&](const auto& encoder) { return encoder.forward_evaluation(view.read()); };
  return code_.forward(std::visit(hidden, hidden_));
}

double CodeEncoder::further_products() const {
  return settings_.kind.kind == EncoderKind::convolutional
             ? nn::conv_products(nn::conv_layers(settings_.kind.convolutions), image_)
             : 0.0;
}

std::int64_t CodeEncoder::values_per_cell() const {
  return settings_.kind.kind == EncoderKind::convolutional
             ? nn::conv_values(nn::conv_layers(settings_.kind.convolutions), image_)
             : 0;
}

void CodeEncoder::visit(const std::string& name, const TensorVisitor& visitor) {
  std::visit([&](auto& encoder) { encoder.visit(name, visitor); }, hidden_);
}

void CodeEncoder::visit_code(const std::string& name, const TensorVisitor& visitor) {
  code_.visit(name, visitor);
}

}  // namespace mixvae::models
