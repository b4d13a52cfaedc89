#include "nn/dense_stack.hpp"

namespace mixvae::nn {

DenseStack::DenseStack(std::int64_t arms, const std::vector<std::int64_t>& widths, bool normalised,
                       std::uint64_t seed, std::uint64_t layer) {
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    layers_.emplace_back(arms, widths[i], widths[i + 1], false, seed, layer + i);
    if (normalised) {
      norms_.emplace_back(arms, widths[i + 1]);
    }
  }
}

torch::Tensor DenseStack::forward_training(const torch::Tensor& x) {
  torch::Tensor h = x;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    h = layers_[i].forward(h);
    h = torch::elu(norms_.empty() ? h : norms_[i].forward_training(h));
  }
  return h;
}

torch::Tensor DenseStack::forward_noisy(const torch::Tensor& x, double dropout,
                                        NoiseKey noise) const {
  torch::Tensor h = x;
  const StepNumber first = noise.step * layers_.size();
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    h = layers_[i].forward(h);
    h = torch::elu(norms_.empty() ? h : norms_[i].normalise_batch(h));
    if (dropout > 0) {
      noise.step = first + i;
      h = h * dropout_mask(h.sizes(), 1.0 - dropout, noise, h.options());
    }
  }
  return h;
}

torch::Tensor DenseStack::forward_evaluation(const torch::Tensor& x) const {
  torch::Tensor h = x;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    h = layers_[i].forward(h);
    h = torch::elu(norms_.empty() ? h : norms_[i].forward_evaluation(h));
  }
  return h;
}

void DenseStack::append_parameters(const std::string& name, std::vector<NamedTensor>& out) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i].append_parameters(name + "." + std::to_string(i + 1), out);
  }
}

void DenseStack::append_buffers(const std::string& name, std::vector<NamedTensor>& out) const {
  for (std::size_t i = 0; i < norms_.size(); ++i) {
    norms_[i].append_buffers(name + "_norm." + std::to_string(i + 1), out);
  }
}

void DenseStack::to(const torch::TensorOptions& options) {
  for (ArmLinear& layer : layers_) {
    layer.to(options);
  }
  for (ArmBatchNorm& norm : norms_) {
    norm.to(options);
  }
}

}  // namespace mixvae::nn
