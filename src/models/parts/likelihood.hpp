#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/options.hpp"
#include "data/matrix.hpp"
#include "nn/kernels/output_layer.hpp"
#include "nn/random.hpp"
#include "nn/torch.hpp"

namespace mixvae::models {

/// Which values a likelihood is of.
enum class ValueRange { any, unit, counts };

/// What the decoder's outputs say of a cell's values: the one place in which likelihoods differ.
/// Letters: A arms, B cells, D features, P outputs per feature.
class Likelihood {
 public:
  virtual ~Likelihood() = default;

  /// P.
  virtual std::int64_t outputs_per_feature() const { return 1; }
  virtual ValueRange values() const = 0;
  /// Negative log-likelihood of each cell, summed over features, up to a constant: outputs [A, B,
  /// P D] and target [A or 1, B, D] -> [A, B].
  virtual torch::Tensor error(const torch::Tensor& outputs, const torch::Tensor& target) const = 0;
  /// Mean of the distribution: [A, B, P D] -> [A, B, D].
  virtual torch::Tensor mean(const torch::Tensor& outputs) const = 0;
  /// A sample of the distribution.
  virtual torch::Tensor sample(const torch::Tensor& outputs, const nn::NoiseKey& key) const = 0;
  /// The negative log-likelihood per cell of each arm whose cells have these mean errors [A], at
  /// the best value of what the likelihood leaves open (a Gaussian's variance); the errors
  /// themselves where it leaves nothing open.
  virtual torch::Tensor at_best_scale(const torch::Tensor& mean_errors,
                                      std::int64_t features) const;
  /// The kernels' form of output layer and error in one; nothing where they have none.
  virtual std::optional<nn::kernels::OutputKind> fused_form() const { return std::nullopt; }
};

enum class LikelihoodKind { mse, bernoulli };

struct LikelihoodOptions {
  LikelihoodKind likelihood = LikelihoodKind::mse;
};

enum class OutputActivation { relu, linear };

/// What the outputs are before they are compared.
struct OutputOptions {
  OutputActivation output = OutputActivation::linear;
};

Options options(LikelihoodOptions& likelihood);
Options options(OutputOptions& output);

/// The likelihood of that kind. Throws UsageError for an activation that it cannot have.
std::shared_ptr<const Likelihood> make_likelihood(LikelihoodKind kind, OutputActivation output);

/// 1/2 squared error, a Gaussian of variance 1, of the outputs or of their positive part
/// (docs/equations.md, squared error).
std::shared_ptr<const Likelihood> squared_error_likelihood(OutputActivation output);
/// Binary cross-entropy of values in [0, 1]; outputs are logits (docs/equations.md, Bernoulli).
std::shared_ptr<const Likelihood> bernoulli_likelihood();

/// Throws InputError for values that the likelihood is not of, naming the first one, its row and
/// column: before training, since such a loss may have no lower bound. `what` names the values for
/// people ("the principal components"), `hint` says how to get others.
void require_values(const Likelihood& likelihood, const Matrix& values, const std::string& what,
                    const std::string& hint);

}  // namespace mixvae::models
