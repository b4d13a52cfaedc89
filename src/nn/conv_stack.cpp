#include "nn/conv_stack.hpp"

#include "base/error.hpp"
#include "nn/initial_parameter.hpp"

namespace mixvae::nn {

ConvStack::ConvStack(const ImageShape& image, std::vector<ConvLayer> layers, bool normalised,
                     std::uint64_t seed, std::uint64_t layer, Activation activation)
    : image_(image),
      activation_(activation),
      layers_(std::move(layers)),
      outputs_(conv_outputs(layers_, image)) {
  std::int64_t channels = 1;
  for (const ConvLayer& conv : layers_) {
    torch::Tensor weight;
    torch::Tensor bias;
    if (!conv.pools()) {
      const std::int64_t inputs = channels * conv.kernel * conv.kernel;
      weight = initial_parameter({conv.channels, channels, conv.kernel, conv.kernel}, inputs, seed,
                                 2 * layer);
      bias = initial_parameter({conv.channels}, inputs, seed, 2 * layer + 1);
      channels = conv.channels;
    }
    ++layer;
    weights_.push_back(weight);
    biases_.push_back(bias);
    if (!normalised) {
      continue;
    }
    norms_.push_back({torch::ones({channels}).requires_grad_(true),
                      torch::zeros({channels}).requires_grad_(true), torch::zeros({channels}),
                      torch::ones({channels})});
  }
}

torch::Tensor ConvStack::as_images(const torch::Tensor& x) const {
  MIXVAE_ASSERT(x.size(-1) == image_.rows * image_.columns && x.numel() == x.size(-2) * x.size(-1),
                "the encoder's images fit");
  return x.reshape({x.size(-2), 1, image_.rows, image_.columns});
}

torch::Tensor ConvStack::as_rows(const torch::Tensor& images) {
  return images.reshape({1, images.size(0), -1});
}

torch::Tensor ConvStack::layer_output(std::size_t i, const torch::Tensor& h,
                                      Statistics statistics) const {
  const ConvLayer& layer = layers_[i];
  const std::int64_t padding = layer.kernel / 2;
  const torch::Tensor out =
      layer.pools() ? at::max_pool2d(h, {2, 2})
                    : activated(at::conv2d(h, weights_[i], biases_[i], {layer.stride, layer.stride},
                                           {padding, padding}),
                                activation_);
  if (norms_.empty()) {
    return out;
  }
  const Norm& norm = norms_[i];
  const bool records = statistics != Statistics::of_batch_unrecorded;
  return at::batch_norm(out, norm.scale, norm.shift, records ? norm.mean : torch::Tensor(),
                        records ? norm.variance : torch::Tensor(),
                        statistics != Statistics::running, kMomentum, kEpsilon, false);
}

torch::Tensor ConvStack::forward_training(const torch::Tensor& x) {
  torch::Tensor h = as_images(x);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    h = layer_output(i, h, Statistics::of_batch);
  }
  return as_rows(h);
}

torch::Tensor ConvStack::forward_noisy(const torch::Tensor& x, double dropout,
                                       NoiseKey noise) const {
  torch::Tensor h = as_images(x);
  const StepNumber first = noise.step * layers_.size();
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    h = layer_output(i, h, Statistics::of_batch_unrecorded);
    if (dropout > 0) {
      noise.step = first + i;
      h = h * dropout_mask(h.sizes(), 1.0 - dropout, noise, h.options());
    }
  }
  return as_rows(h);
}

torch::Tensor ConvStack::forward_evaluation(const torch::Tensor& x) const {
  torch::Tensor h = as_images(x);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    h = layer_output(i, h, Statistics::running);
  }
  return as_rows(h);
}

void ConvStack::visit(const std::string& name, const TensorVisitor& visitor) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::string number = "." + std::to_string(i + 1);
    if (!layers_[i].pools()) {
      visitor(name + number + ".weight", weights_[i], TensorKind::parameter);
      visitor(name + number + ".bias", biases_[i], TensorKind::parameter);
    }
  }
  for (std::size_t i = 0; i < norms_.size(); ++i) {
    const std::string number = "_norm." + std::to_string(i + 1);
    visitor(name + number + ".scale", norms_[i].scale, TensorKind::parameter);
    visitor(name + number + ".shift", norms_[i].shift, TensorKind::parameter);
    visitor(name + number + ".running_mean", norms_[i].mean, TensorKind::buffer);
    visitor(name + number + ".running_variance", norms_[i].variance, TensorKind::buffer);
  }
}

}  // namespace mixvae::nn
