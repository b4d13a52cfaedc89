#include "nn/dense_stack.hpp"

#include "nn/fused_chain.hpp"

namespace mixvae::nn {
namespace {

/// First layers with more weights than this are products of their own: kernels would have to keep a
/// copy of the weights' derivatives for each task.
constexpr std::int64_t kWideWeights = std::int64_t{1} << 21;

}  // namespace

DenseStack::DenseStack(std::int64_t arms, const std::vector<std::int64_t>& widths, bool normalised,
                       std::uint64_t seed, std::uint64_t layer, Activation activation)
    : activation_(activation) {
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    layers_.emplace_back(arms, widths[i], widths[i + 1], false, seed, layer + i);
    if (normalised) {
      norms_.emplace_back(arms, widths[i + 1]);
    }
  }
}

bool DenseStack::runs_kernels(const torch::Tensor& x, const Execution& execution) const {
  return !layers_.empty() && activation_ == Activation::elu && execution.runs_kernels_on(x);
}

bool DenseStack::has_wide_input() const {
  return layers_[0].weight().size(1) * layers_[0].weight().size(2) > kWideWeights;
}

torch::Tensor DenseStack::run_kernels(const torch::Tensor& x, bool after_affine,
                                      std::vector<torch::Tensor> masks,
                                      std::span<ArmBatchNorm> moved) const {
  if (!after_affine && has_wide_input()) {
    return run_kernels(layers_[0].forward(x), true, std::move(masks), moved);
  }
  const torch::Tensor input =
      x.dim() == 3 ? x : x.expand({layers_[0].weight().size(0), x.size(0), x.size(1)});
  return fused_elu_layers(input, {.layers = std::span(layers_).subspan(after_affine ? 1 : 0),
                                  .after_affine = after_affine,
                                  .normalised = !norms_.empty(),
                                  .masks = std::move(masks),
                                  .moved = moved});
}

std::vector<torch::Tensor> DenseStack::masks_for(const torch::Tensor& x, double dropout,
                                                 NoiseKey noise) const {
  const StepNumber first = noise.step * layers_.size();
  std::vector<torch::Tensor> masks;
  for (std::size_t i = 0; i < layers_.size() && dropout > 0; ++i) {
    noise.step = first + i;
    const torch::Tensor& weight = layers_[i].weight();
    masks.push_back(dropout_mask({weight.size(0), x.size(-2), weight.size(2)}, 1.0 - dropout, noise,
                                 x.options()));
  }
  return masks;
}

torch::Tensor DenseStack::forward_training(const torch::Tensor& x, const Execution& execution) {
  if (runs_kernels(x, execution)) {
    return run_kernels(x, false, {}, norms_);
  }
  torch::Tensor h = x;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    h = layers_[i].forward(h);
    h = activated(norms_.empty() ? h : norms_[i].forward_training(h), activation_);
  }
  return h;
}

torch::Tensor DenseStack::forward_noisy(const torch::Tensor& x, double dropout,
                                        const NoiseKey& noise, const Execution& execution) const {
  std::vector<torch::Tensor> masks = masks_for(x, dropout, noise);
  if (runs_kernels(x, execution)) {
    return run_kernels(x, false, std::move(masks), {});
  }
  torch::Tensor h = x;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    h = layers_[i].forward(h);
    h = activated(norms_.empty() ? h : norms_[i].normalise_batch(h), activation_);
    h = masks.empty() ? h : h * masks[i];
  }
  return h;
}

DenseStack::Passes DenseStack::forward_both(const torch::Tensor& x, double dropout,
                                            const NoiseKey& noise, const Execution& execution) {
  if (!runs_kernels(x, execution)) {
    return {forward_training(x, execution), forward_noisy(x, dropout, noise, execution)};
  }
  const torch::Tensor affine = layers_[0].forward(x);
  return {run_kernels(affine, true, {}, norms_),
          run_kernels(affine, true, masks_for(x, dropout, noise), {})};
}

torch::Tensor DenseStack::forward_evaluation(const torch::Tensor& x) const {
  torch::Tensor h = x;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    h = layers_[i].forward(h);
    h = activated(norms_.empty() ? h : norms_[i].forward_evaluation(h), activation_);
  }
  return h;
}

void DenseStack::visit(const std::string& name, const TensorVisitor& visitor) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i].visit(name + "." + std::to_string(i + 1), visitor);
  }
  for (std::size_t i = 0; i < norms_.size(); ++i) {
    norms_[i].visit(name + "_norm." + std::to_string(i + 1), visitor);
  }
}

}  // namespace mixvae::nn
