#pragma once

#include <string>

#include "base/options.hpp"
#include "models/model.hpp"
#include "models/parts/layer_keys.hpp"
#include "nn/arm_linear.hpp"
#include "nn/type_posterior.hpp"

namespace mixvae::models {

/// How sharp type posteriors are.
struct TypeHeadOptions {
  double tau = 1.0;
};

/// How logits become the posterior and its logarithm.
struct TypePosteriorOptions {
  nn::TypeHead head = nn::TypeHead::once;
  nn::LogKind log_type = nn::LogKind::floored;
};

/// How types are drawn from the posterior.
struct TypeSampleOptions {
  double temperature = 0.5;
  bool hard = false;
};

Options options(TypeHeadOptions& head);
Options options(TypePosteriorOptions& posterior);
Options options(TypeSampleOptions& sample);

/// A posterior and a sample of it.
struct DrawnTypes {
  nn::TypePosterior posterior;  // [A, B, K]
  torch::Tensor type;           // [A, B, K] relaxed or one-hot
};

/// From a code to the type posterior q(c|x): one affine layer and the softmax of
/// nn::type_posterior, and Gumbel-softmax samples of it (docs/equations.md, type posterior and type
/// sample). Knows which types have been pruned.
class TypeHead {
 public:
  struct Shape {
    std::int64_t arms = 1;
    std::int64_t inputs = 0;
    std::int64_t types = 0;  // K
    bool shared_weights = false;
  };
  struct Settings {
    TypeHeadOptions head;
    TypePosteriorOptions posterior;
    TypeSampleOptions sample;
  };
  TypeHead(const Shape& shape, const Settings& settings, LayerKeys& keys);

  /// Of a code [A, B, inputs].
  nn::TypePosterior posterior(const torch::Tensor& code) const;
  /// Posterior and sample of a code, by one kernel where relaxed samples suit it.
  DrawnTypes draw(const torch::Tensor& code, const nn::NoiseKey& key,
                  const nn::Execution& execution) const;

  /// [K] bool on the CPU.
  torch::Tensor kept() const { return kept_.to(torch::kCPU); }
  /// The type's column is zero from now on and its probability 0.
  void prune(std::int64_t type);
  torch::TensorOptions tensor_options() const { return layer_.weight().options(); }
  void visit_layer(const std::string& name, const TensorVisitor& visitor);
  void visit_kept(const TensorVisitor& visitor);

 private:
  Settings settings_;
  nn::ArmLinear layer_;
  torch::Tensor kept_;  // [K] bool
};

}  // namespace mixvae::models
