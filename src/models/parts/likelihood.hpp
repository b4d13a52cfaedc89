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

/// What a decoder says of cells, and what else the likelihood of their values depends on.
struct Decoded {
  torch::Tensor outputs;   // [A, B, P D]
  torch::Tensor log_size;  // [A or 1, 1, D] of likelihoods with a size (its logarithm), which is
                           // learnt; or undefined
  torch::Tensor library;   // [B] each cell's sum of counts, for likelihoods of counts; or undefined
};

/// What the decoder's outputs say of a cell's values: the one place in which likelihoods differ.
/// Letters: A arms, B cells, D features, P outputs per feature.
class Likelihood {
 public:
  virtual ~Likelihood() = default;

  /// P.
  virtual std::int64_t outputs_per_feature() const { return 1; }
  virtual ValueRange values() const = 0;
  bool of_counts() const { return values() == ValueRange::counts; }
  /// Whether each feature has a size parameter (Decoded::log_size).
  virtual bool has_size() const { return false; }
  /// Negative log-likelihood of each cell, summed over features, up to a constant: target [A or 1,
  /// B, D] -> [A, B].
  virtual torch::Tensor error(const Decoded& decoded, const torch::Tensor& target) const = 0;
  /// error without gradients; with `kernels` by one where there is one.
  virtual torch::Tensor cell_error(const Decoded& decoded, const torch::Tensor& target,
                                   bool kernels) const;
  /// The mean of error over each arm's cells [A], with gradients; with `kernels` by one that
  /// computes both in a pass, where there is one. Those run on floats on the CPU.
  virtual torch::Tensor mean_error(const Decoded& decoded, const torch::Tensor& target,
                                   bool kernels) const;
  /// Mean of the distribution [A, B, D]; of counts as a share of the cell's library.
  virtual torch::Tensor mean(const Decoded& decoded) const = 0;
  /// A sample of the distribution, of counts as a share too.
  virtual torch::Tensor sample(const Decoded& decoded, const nn::NoiseKey& key) const = 0;
  /// Outputs [P D] whose mean is this [D], for training to begin at; of likelihoods that do not
  /// care, undefined.
  virtual torch::Tensor outputs_of_mean(const torch::Tensor& /*mean*/) const { return {}; }
  /// The negative log-likelihood per cell of each arm whose cells have these mean errors [A], at
  /// the best value of what the likelihood leaves open (a Gaussian's variance); the errors
  /// themselves where it leaves nothing open.
  virtual torch::Tensor at_best_scale(const torch::Tensor& mean_errors,
                                      std::int64_t features) const;
  /// The kernels' form of output layer and error in one; nothing where they have none.
  virtual std::optional<nn::kernels::OutputKind> fused_form() const { return std::nullopt; }
};

enum class LikelihoodKind { mse, bernoulli, nb, zinb };

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

/// Counts whose mean is the cell's library times the sigmoid of an output, with a size for each
/// feature: negative binomial, and that with more zeros, by a second output (docs/equations.md,
/// counts).
std::shared_ptr<const Likelihood> negative_binomial_likelihood();
std::shared_ptr<const Likelihood> zero_inflated_likelihood();

/// Throws InputError for values that the likelihood is not of, naming the first one, its row and
/// column: before training, since such a loss may have no lower bound. `what` names the values for
/// people ("the principal components"), `hint` says how to get others.
void require_values(const Likelihood& likelihood, const Matrix& values, const std::string& what,
                    const std::string& hint);

}  // namespace mixvae::models
