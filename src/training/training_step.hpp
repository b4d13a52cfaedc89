#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/model.hpp"
#include "nn/step_graph.hpp"
#include "training/fixed_batch.hpp"
#include "training/learner.hpp"

namespace mixvae::training {

/// How steps are taken: each by the host, or in the form that a device can repeat by itself (fixed
/// places, step number and optimiser's numbers from tensors, nothing read back), captured as a
/// graph where that is possible.
enum class StepForm { by_host, by_device, captured };

/// One step of training: for each player that takes part, in turn, its loss, gradients, optimiser
/// and sums of its terms. Terms of several players are named "player.term".
class TrainingStep {
 public:
  /// The learners must outlive the object; `sums` [at least the number of terms] double is added
  /// to. Where players take part in some steps only, the device does not capture them.
  TrainingStep(Learners& learners, torch::Tensor sums, StepForm form);

  /// Takes a step of this size; completes the names of the terms (loss_values()).
  void take(const models::Batch& batch, double learning_rate, std::vector<std::string>& names);
  /// Whether the latest step ran as a captured graph.
  bool captured() const { return graph_.captured(); }
  /// To be called when the objective changes, or what batches hold.
  void forget();

 private:
  /// The step of that number; the number in a batch of the device's form does not change.
  void compute(const models::Batch& batch, std::uint64_t step, std::vector<std::string>& names);
  models::LossTerms learn(Learner& learner, const models::Batch& batch);

  Learners& learners_;
  torch::Tensor sums_;
  StepForm form_;
  FixedBatch inputs_;
  nn::StepGraph graph_;
};

}  // namespace mixvae::training
