#include "models/parts/state_head.hpp"

#include "nn/fused_heads.hpp"

namespace mixvae::models {
namespace {

/// Added to the state variance, whose logarithm is taken.
constexpr double kVarianceEpsilon = 1e-8;

/// What layers make of their joint inputs.
std::vector<torch::Tensor> joint_heads(const std::vector<torch::Tensor>& inputs,
                                       const std::vector<const nn::ArmLinear*>& layers,
                                       const nn::Execution& execution) {
  if (execution.runs_kernels_on(layers.front()->weight())) {
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

}  // namespace

Options options(StateOptions& states) {
  return {{.name = "states",
           .target = &states.states,
           .meaning = "number of continuous states within each type; 0: types alone",
           .minimum = 0,
           .maximum = 1000}};
}

Options options(StateHeadOptions& head) {
  return {
      {.name = "state-given-type",
       .target = &head.state_given_type,
       .meaning =
           "states depend on the type of the cell (s|c); false: they are read independently of it",
       .needs = {"states!=0"}},
      {.name = "state-encoder",
       .target = word(head.state_encoder),
       .meaning = "encoder that states are read from: one of their own, or the one that they share "
                  "with the types",
       .choices = {"own", "shared"},
       .needs = {"states!=0"}},
      {.name = "state-dropout",
       .target = &head.state_dropout,
       .meaning = "share of state values set to zero at the decoder while training",
       .minimum = 0,
       .maximum = 0.99,
       .needs = {"states!=0"}},
  };
}

StateHead::StateHead(const Shape& shape, LayerKeys& keys) : shape_(shape) {
  if (shape.states > 0) {
    const std::int64_t inputs = shape.latent + shape.types;
    for (nn::ArmLinear* layer : {&mean_, &variance_}) {
      *layer = nn::ArmLinear(shape.arms, inputs, shape.states, shape.shared_weights, keys.seed,
                             keys.take());
    }
  }
}

StatePosterior StateHead::posterior(const torch::Tensor& code, const torch::Tensor& type,
                                    const nn::Execution& execution) const {
  if (shape_.states == 0) {
    const torch::Tensor none = code.narrow(-1, 0, 0);
    return {none, none};
  }
  std::vector<torch::Tensor> inputs{code};
  if (shape_.types > 0) {
    inputs.push_back(type);
  }
  const auto heads = joint_heads(inputs, {&mean_, &variance_}, execution);
  const torch::Tensor variance = shape_.spread == StateSpread::sigmoid_variance
                                     ? torch::sigmoid(heads[1])
                                     : torch::softplus(heads[1]).square();
  return {heads[0], variance + kVarianceEpsilon};
}

torch::Tensor StateHead::draw(const StatePosterior& posterior, const nn::NoiseKey& key) {
  return posterior.mean + posterior.variance.sqrt() *
                              nn::normal(posterior.mean.sizes(), key, posterior.mean.options());
}

void StateHead::prune(std::int64_t type) {
  if (shape_.states > 0 && shape_.types > 0) {
    const torch::NoGradGuard no_grad;
    for (const nn::ArmLinear* layer : {&mean_, &variance_}) {
      layer->weight().detach().select(1, shape_.latent + type).zero_();
    }
  }
}

void StateHead::visit(const TensorVisitor& visitor) {
  if (shape_.states > 0) {
    mean_.visit("state_mean", visitor);
    variance_.visit("state_variance", visitor);
  }
}

}  // namespace mixvae::models
