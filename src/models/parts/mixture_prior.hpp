#pragma once

#include "base/options.hpp"
#include "models/model.hpp"
#include "models/parts/layer_keys.hpp"
#include "nn/type_posterior.hpp"
#include "objectives/gaussian_mixture.hpp"

namespace mixvae::models {

/// How often ln pi_c counts in the posterior of a code: once, or once for each of its dimensions,
/// where it stands inside the authors' sum over them.
enum class WeightCount { once, per_dimension };

struct MixturePriorOptions {
  WeightCount weight_count = WeightCount::once;
};

Options options(MixturePriorOptions& mixture);

/// The learned prior of codes, p(c) = pi_c and p(z|c) = N(m_c, v_c): one Gaussian with a diagonal
/// covariance per type (VaDE, generative process; docs/equations.md, VaDE). The weights are a
/// softmax, the variances an exponential of what is learned. Letters: B cells, K types, L width of
/// the code. Knows which types have been pruned.
class MixturePrior {
 public:
  /// Equal weights, unit variances, means drawn from N(0, I).
  MixturePrior(std::int64_t types, std::int64_t latent, const MixturePriorOptions& options,
               LayerKeys& keys);

  /// pi and ln pi, [K].
  nn::TypePosterior weights() const;
  objectives::DiagonalGaussians components() const { return {means_, log_variances_}; }
  /// p(c|z) of codes [1, B, L] and its logarithm, [1, B, K] (VaDE, q(c|x)): by log-sum-exp, so that
  /// codes far from all components have one, too.
  nn::TypePosterior posterior(const torch::Tensor& codes) const;

  /// Takes over a mixture that was fitted to codes.
  void start(const FittedMixture& fitted);
  /// Codes [count, L] of a type, drawn from its Gaussian; draws z with p(type|z) below
  /// wanted.least_posterior are rejected. Throws InputError where hardly a draw is accepted.
  torch::Tensor draw(const Generation& wanted) const;

  /// [K] bool on the CPU.
  torch::Tensor kept() const { return kept_.to(torch::kCPU); }
  /// The type's weight is 0 from now on.
  void prune(std::int64_t type);
  void visit(const TensorVisitor& visitor);

 private:
  MixturePriorOptions options_;
  torch::Tensor weight_logits_;  // [K]
  torch::Tensor means_;          // [K, L]
  torch::Tensor log_variances_;  // [K, L]
  torch::Tensor kept_;           // [K] bool
};

}  // namespace mixvae::models
