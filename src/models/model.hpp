#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "data/matrix.hpp"
#include "nn/named_tensor.hpp"
#include "nn/torch.hpp"

namespace mixvae::models {

/// One mini-batch as the models see it. Letters: A arms, B cells, D features, K types, S state
/// dimensions, L latent width.
struct Batch {
  torch::Tensor x;       // [B, D] the cells' prepared values
  torch::Tensor inputs;  // [A, B, D] what each arm's encoder reads (augmented copies), or
                         // undefined: every arm reads x
  torch::Tensor target;  // [A, B, D] what each arm reconstructs, or undefined: what it read
  torch::Tensor prior;   // [B, K] reference prior over types, or undefined
  torch::Tensor start;   // [A or 1, B] int64 starting type of each cell (-1: none), or undefined
  torch::Tensor start_weight;  // [A or 1, B] its weight, or undefined: 1
  std::uint64_t step = 0;      // keys the random numbers of this step
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

  /// The objective on a training batch (dropout, noise and batch statistics on), differentiable.
  virtual LossTerms training_loss(const Batch& batch) = 0;
  /// The objective on held-out cells, all in one batch of at least 2: no dropout, no noise, running
  /// statistics.
  virtual LossTerms validation_loss(const Batch& batch) = 0;
  virtual Posterior infer(const Batch& batch) = 0;

  /// Learnable tensors and running statistics, in a fixed order; tensors share memory with the
  /// model.
  virtual std::vector<NamedTensor> parameters() = 0;
  virtual std::vector<NamedTensor> buffers() = 0;

  /// [K] bool on the CPU: types that have not been pruned.
  virtual torch::Tensor kept_types() const = 0;
  /// Removes a type from every arm (reference-notes 1.9): its row of the type head and its input
  /// columns are zeroed and masked.
  virtual void prune_type(std::int64_t type) = 0;

  virtual void to(torch::Device device) = 0;
};

}  // namespace mixvae::models
