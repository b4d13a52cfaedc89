#pragma once

#include <string>

#include "base/options.hpp"
#include "models/model.hpp"
#include "models/parts/layer_keys.hpp"
#include "nn/arm_linear.hpp"

namespace mixvae::models {

/// How many continuous states there are.
struct StateOptions {
  std::int64_t states = 2;
};

enum class StateEncoder { own, shared };

/// What the state posterior reads, and how states reach the decoder.
struct StateHeadOptions {
  bool state_given_type = true;
  StateEncoder state_encoder = StateEncoder::own;
  double state_dropout = 0;
};

Options options(StateOptions& states);
Options options(StateHeadOptions& head);

/// N(mean, variance) of each cell's states, [A, B, S].
struct StatePosterior {
  torch::Tensor mean;
  torch::Tensor variance;
};

/// What makes the variance of a layer's outputs: their sigmoid, or the square of their softplus,
/// which is then the deviation.
enum class StateSpread { sigmoid_variance, softplus_deviation };

/// From a code, and a type where it is told, to the state posterior q(s|c,x): mean by an affine
/// layer, variance by another (docs/equations.md, state posterior). With S = 0 all its tensors are
/// empty.
class StateHead {
 public:
  struct Shape {
    std::int64_t arms = 1;
    std::int64_t latent = 0;  // L
    std::int64_t types = 0;   // K told to it, or 0
    std::int64_t states = 0;  // S
    bool shared_weights = false;
    StateSpread spread = StateSpread::sigmoid_variance;
  };
  StateHead(const Shape& shape, LayerKeys& keys);

  /// Of a code [A, B, L] and types [A, B, K].
  StatePosterior posterior(const torch::Tensor& code, const torch::Tensor& type,
                           const nn::Execution& execution) const;
  /// mean + sqrt(variance) e with standard normal e.
  static torch::Tensor draw(const StatePosterior& posterior, const nn::NoiseKey& key);
  /// The type is told to the states no longer.
  void prune(std::int64_t type);
  void visit(const TensorVisitor& visitor);

 private:
  Shape shape_;
  nn::ArmLinear mean_;
  nn::ArmLinear variance_;
};

}  // namespace mixvae::models
