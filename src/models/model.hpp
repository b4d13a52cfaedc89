#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "models/batch.hpp"
#include "nn/named_tensor.hpp"
#include "nn/torch.hpp"

namespace mixvae::models {

using nn::NamedTensor;
using nn::TensorKind;
using nn::TensorVisitor;

/// Named scalar tensors of one evaluation of an objective, in the order they are reported. "loss"
/// is the one to be minimised.
using LossTerms = std::vector<std::pair<std::string, torch::Tensor>>;

/// The term of that name; a bug where there is none.
const torch::Tensor& term_named(const LossTerms& terms, const std::string& name);

/// One side of a training: what it learns and by which loss. One in the usual case, two in
/// adversarial models, which step in turn.
struct Player {
  std::string name;                     // names the optimiser's moments in checkpoints
  std::vector<NamedTensor> parameters;  // of this player alone
  std::function<LossTerms(const Batch&)> loss;
  std::int64_t every = 1;           // steps of the training between two of its own
  double learning_rate_factor = 1;  // times the learning rate of the training
};

/// What a model learns in a phase: all it has, states alone, or to reconstruct (as a plain
/// autoencoder, before it learns all).
enum class Objective { whole, states, reconstruction };

/// A Gaussian mixture with diagonal covariances that was fitted to a model's codes, double on the
/// CPU.
struct FittedMixture {
  torch::Tensor weights;    // [K], sum 1
  torch::Tensor means;      // [K, L]
  torch::Tensor variances;  // [K, L], > 0
};

/// What a model says of a batch in evaluation mode: no noise, no dropout. Arms read `inputs` where
/// a view has them.
struct Posterior {
  torch::Tensor type_probs;  // [A, B, K] q(c|x) of each arm
  torch::Tensor state;       // [A, B, S] mean of q(s|c,x) with c the arm's most probable type
  torch::Tensor latent;      // [A, B, L] the encoder's low-dimensional code
  torch::Tensor reconstruction_error;  // [A, B] the reconstruction term of each cell; undefined
                                       // where it is of counts that the batch lacks
  torch::Tensor state_variance = {};   // [A, B, S] variance of q(s|c,x); undefined without states
};

/// What a generated cell's values are of the likelihood.
enum class GeneratedValues { mean, sample };

/// Where codes of a type are drawn: from the Gaussian that its codes formed in training, or as the
/// authors of MoE-Sim-VAE do, from one of variance 1 around its mean, whose own clustering then
/// chooses the expert.
enum class DrawnCodes { fitted, published };

/// Which cells are generated.
struct Generation {
  std::int64_t arm = 0;
  std::int64_t type = 0;
  std::int64_t count = 0;
  double spread = 1;  // deviations of states or codes from their mean are multiplied by it
  GeneratedValues values = GeneratedValues::mean;
  DrawnCodes codes = DrawnCodes::fitted;  // `published` for models that draw so
  std::uint64_t seed = 0;
  double library = 1;  // of the cells, where samples are counts
  /// Least posterior probability of the type that a drawn code has; others are drawn anew. Above 0
  /// for models that reject draws.
  double least_posterior = 0;
  std::int64_t* draws = nullptr;  // set to the number of draws that this took, where wanted
};

/// A mixture autoencoder that the trainer can train and the analysis can use.
class Model {
 public:
  virtual ~Model() = default;

  virtual std::int64_t arms() const = 0;
  virtual std::int64_t types() const = 0;
  virtual std::int64_t features() const = 0;
  /// Dimensions of the states that decode() takes; 0 for a model without.
  virtual std::int64_t states() const { return 0; }

  /// Whether batches of this execution may come as sparse rows.
  virtual bool reads_sparse_rows(const nn::Execution& /*execution*/) const { return false; }
  /// Outputs of a layer whose products in training may be of 16-bit numbers; 0 without one.
  virtual std::int64_t wide_outputs() const { return 0; }

  /// The objective on a training batch (dropout, noise and batch statistics on), differentiable.
  virtual LossTerms training_loss(const Batch& batch) = 0;
  /// The objective on held-out cells, all in one batch of at least 2: no dropout, no noise, running
  /// statistics.
  virtual LossTerms validation_loss(const Batch& batch) = 0;
  virtual Posterior infer(const Batch& batch) = 0;
  /// Who learns: one player that learns all parameters by training_loss(), unless a model says
  /// otherwise.
  virtual std::vector<Player> players();
  /// The validation term that is watched for early stopping.
  virtual std::string monitor() const { return "loss"; }

  /// New cells of one type by one arm, [count, D]: the decoder's mean, or a sample of the
  /// likelihood (of counts as shares of the library), for states or codes drawn from the type's
  /// distribution. Draws are a pure function of (seed, type, place).
  virtual torch::Tensor generate(const Generation& wanted) = 0;
  /// Mean [B, D] of the likelihood that one arm's decoder gives for types [B, K], one-hot, and
  /// states [B, S]: no dropout, no noise, no gradients. A bug for a model without states.
  virtual torch::Tensor decode(std::int64_t arm, const torch::Tensor& types,
                               const torch::Tensor& states);
  /// Whether generate() can draw codes as published.
  virtual bool draws_as_published() const { return false; }
  /// Whether generate() rejects codes by their type's posterior probability.
  virtual bool rejects_draws() const { return false; }

  /// Calls the visitor with each tensor that the model keeps, parts in a fixed order.
  virtual void visit(const TensorVisitor& visitor) = 0;
  /// Learnable tensors, and running statistics, in the order of visit(); they share memory with the
  /// model.
  std::vector<NamedTensor> parameters() { return tensors_of(TensorKind::parameter); }
  std::vector<NamedTensor> buffers() { return tensors_of(TensorKind::buffer); }
  void to(torch::Device device) { convert(torch::TensorOptions().device(device)); }
  /// Converts all tensors to double precision: for gradient checks.
  void to_double() { convert(torch::TensorOptions().dtype(torch::kFloat64)); }

  /// [K] bool on the CPU: types that have not been pruned.
  virtual torch::Tensor kept_types() const = 0;
  /// Removes a type from every arm (docs/equations.md, pruning): its row of the type head and its
  /// input columns are zeroed and masked.
  virtual void prune_type(std::int64_t type) = 0;

  /// What the model learns from now on. A bug for an objective that it does not have.
  virtual void learn(Objective objective);
  /// The stage of its objective that the model is in from now on, counted from 0. A bug for another
  /// one than 0 of a model without stages.
  virtual void enter_stage(std::int64_t stage);
  /// Whether a device can repeat the model's training steps by itself (nn::StepGraph): not where
  /// the host computes a part of each.
  virtual bool steps_repeat() const { return true; }
  /// The decoder gives the features' means [D] of counts, as shares of the library, whatever it
  /// reads: where training begins. A bug for a model whose likelihood is not of counts.
  virtual void start_outputs(const torch::Tensor& mean);
  /// The mixture that the codes come from starts at this one, fitted to them between phases. A bug
  /// for a model without such a mixture.
  virtual void start_mixture(const FittedMixture& fitted);

  /// About how many products of a weight and a value the model takes for one cell, forwards.
  virtual double products_per_cell();
  /// Values per cell that a training step keeps besides those as wide as the features, where they
  /// are many.
  virtual std::int64_t values_per_cell() { return 0; }

 private:
  std::vector<NamedTensor> tensors_of(TensorKind kind);
  void convert(const torch::TensorOptions& options);
};

}  // namespace mixvae::models
