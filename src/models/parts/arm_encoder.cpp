#include "models/parts/arm_encoder.hpp"

#include <span>

#include "nn/fused_chain.hpp"

namespace mixvae::models {

ArmInput arm_input(const View& view, std::int64_t arms, double dropout, const nn::NoiseKey& key) {
  if (view.is_sparse()) {
    const std::vector<nn::SparseRows> shared{view.sparse_x};
    return {{}, view.sparse_inputs.empty() ? shared : view.sparse_inputs, {1.0 - dropout, key}};
  }
  const torch::Tensor& x = view.read();
  if (dropout <= 0) {
    return {x, {}, {}};
  }
  return {x * nn::dropout_mask({arms, x.size(-2), x.size(-1)}, 1.0 - dropout, key, x.options()),
          {},
          {}};
}

ArmEncoder::ArmEncoder(const Shape& shape, const EncoderOptions& options, LayerKeys& keys)
    : arms_(shape.arms) {
  std::int64_t inputs = shape.features;
  if (shape.images) {
    const std::vector<std::int64_t>& channels = shape.images->channels;
    convolutions_.emplace(shape.arms, shape.images->image, channels, shape.shared_weights,
                          keys.seed, keys.take(channels.size()));
    inputs = convolutions_->outputs();
  }
  const std::int64_t hidden_layers = shape.images ? 0 : options.hidden_layers;
  for (std::int64_t i = 0; i <= hidden_layers; ++i) {
    const std::int64_t outputs = i < hidden_layers ? options.hidden : options.latent;
    layers_.emplace_back(shape.arms, inputs, outputs, shape.shared_weights, keys.seed, keys.take());
    if (shape.normalised) {
      norms_.emplace_back(shape.arms, outputs);
    }
    inputs = outputs;
  }
}

bool ArmEncoder::runs_kernels(const nn::Execution& execution) const {
  return execution.runs_kernels_on(layers_.front().weight());
}

torch::Tensor ArmEncoder::encode(const ArmInput& x, bool training, const nn::Execution& execution) {
  torch::Tensor h =
      x.sparse.empty()
          ? layers_[0].forward(convolutions_ ? convolutions_->forward(x.dense) : x.dense)
          : nn::sparse_linear(x.sparse, layers_[0].weight(), layers_[0].bias(), arms_, x.dropout);
  if (training && !norms_.empty() && runs_kernels(execution)) {
    return nn::fused_normalised_layers(h, std::span(layers_).subspan(1), norms_);
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    h = torch::relu(i == 0 ? h : layers_[i].forward(h));
    if (!norms_.empty()) {
      h = training ? norms_[i].forward_training(h) : norms_[i].forward_evaluation(h);
    }
  }
  return h;
}

double ArmEncoder::further_products() const {
  return convolutions_ ? static_cast<double>(arms_) * convolutions_->further_products() : 0.0;
}

std::int64_t ArmEncoder::values_per_cell() const {
  return convolutions_ ? arms_ * convolutions_->values() : 0;
}

void ArmEncoder::visit(const std::string& name, const TensorVisitor& visitor) {
  if (convolutions_) {
    convolutions_->visit(name + "_convolution", visitor);
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i].visit(name + "." + std::to_string(i + 1), visitor);
  }
  for (std::size_t i = 0; i < norms_.size(); ++i) {
    norms_[i].visit(name + "_norm." + std::to_string(i + 1), visitor);
  }
}

}  // namespace mixvae::models
