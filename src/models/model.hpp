#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "data/matrix.hpp"
#include "nn/named_tensor.hpp"
#include "nn/random.hpp"
#include "nn/sparse_rows.hpp"
#include "nn/torch.hpp"

namespace mixvae::models {

/// One mini-batch as the models see it. Letters: A arms, B cells, D features, K types, S state
/// dimensions, L latent width. What the networks read and reconstruct is dense, or sparse rows for
/// a model that reads them: then x, inputs and target are undefined.
struct Batch {
  torch::Tensor x;               // [B, D] the cells' prepared values
  torch::Tensor inputs;          // [A, B, D] what each arm's encoder reads (augmented copies), or
                                 // undefined: every arm reads x
  torch::Tensor target;          // [A, B, D] what each arm reconstructs, or undefined: what it read
  nn::SparseRows sparse_x = {};  // the same three as sparse rows
  std::vector<nn::SparseRows> sparse_inputs = {};  // [A] or empty
  std::vector<nn::SparseRows> sparse_target = {};  // [A or 1] or empty
  torch::Tensor prior;  // [B, K] reference prior over types, or undefined
  torch::Tensor start;  // [A or 1, B] int64 starting type of each cell (-1: none), or undefined
  torch::Tensor start_weight;  // [A or 1, B] its weight, or undefined: 1
  torch::Tensor state_start;   // [1, B, S] starting states of each cell, or undefined
  torch::Tensor known;         // [1, B] int64 known types (-1: none), or undefined
  torch::Tensor similarity;    // [B, B] in [0, 1], symmetric: 1 for cells held to be of one type, 0
                               // for cells held to be of different ones; or undefined
  torch::Tensor similarity_weight;  // [B, B] weight of each pair, 0 where nothing is known, or
                                    // undefined: 1
  std::uint64_t step = 0;           // keys the random numbers of this step
  torch::Tensor step_on_device;     // [] int64, the same for steps that the device repeats by
                                    // itself; or undefined

  nn::StepNumber step_number() const { return {step, step_on_device}; }
  bool is_sparse() const { return sparse_x.defined(); }
  std::int64_t cells() const { return is_sparse() ? sparse_x.rows() : x.size(0); }
};

/// Named scalar tensors of one evaluation of the objective, in the order they are reported; the
/// first is "loss", the one to be minimised.
using LossTerms = std::vector<std::pair<std::string, torch::Tensor>>;

/// What a model says of a batch in evaluation mode: no noise, no dropout. Arms read `inputs` where
/// a batch has them.
struct Posterior {
  torch::Tensor type_probs;  // [A, B, K] q(c|x) of each arm
  torch::Tensor state;       // [A, B, S] mean of q(s|c,x) with c the arm's most probable type
  torch::Tensor latent;      // [A, B, L] the encoder's low-dimensional code
  torch::Tensor reconstruction_error;  // [A, B] the reconstruction term of each cell
};

using nn::NamedTensor;

/// A mixture autoencoder that the trainer can train and the analysis can use.
class Model {
 public:
  virtual ~Model() = default;

  virtual std::int64_t arms() const = 0;
  virtual std::int64_t types() const = 0;
  virtual std::int64_t features() const = 0;

  /// Whether batches may come as sparse rows.
  virtual bool reads_sparse_rows() const { return false; }

  /// The objective on a training batch (dropout, noise and batch statistics on), differentiable.
  virtual LossTerms training_loss(const Batch& batch) = 0;
  /// The objective on held-out cells, all in one batch of at least 2: no dropout, no noise, running
  /// statistics.
  virtual LossTerms validation_loss(const Batch& batch) = 0;
  virtual Posterior infer(const Batch& batch) = 0;

  /// New cells of one type by one arm: the mean of the decoder for states or codes drawn from the
  /// type's distribution, their deviations multiplied by `spread`, [count, D]. Draws are a pure
  /// function of (seed, type, place).
  virtual torch::Tensor generate(std::int64_t arm, std::int64_t type, std::int64_t count,
                                 double spread, std::uint64_t seed) = 0;

  /// Learnable tensors and running statistics, in a fixed order; tensors share memory with the
  /// model.
  virtual std::vector<NamedTensor> parameters() = 0;
  virtual std::vector<NamedTensor> buffers() = 0;

  /// [K] bool on the CPU: types that have not been pruned.
  virtual torch::Tensor kept_types() const = 0;
  /// Removes a type from every arm (reference-notes 1.9): its row of the type head and its input
  /// columns are zeroed and masked.
  virtual void prune_type(std::int64_t type) = 0;

  /// From now on (or no longer) only states and what decodes them learn; types stay as they are. A
  /// bug for a model without states.
  virtual void learn_states_only(bool only);

  /// About how many products of a weight and a value the model takes for one cell, forwards.
  virtual double products_per_cell();
  /// Values per cell that a training step keeps besides those as wide as the features, where they
  /// are many.
  virtual std::int64_t values_per_cell() { return 0; }

  virtual void to(torch::Device device) = 0;
};

}  // namespace mixvae::models
