#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "models/model.hpp"
#include "training/history.hpp"
#include "training/learner.hpp"
#include "training/safetensors.hpp"

namespace mixvae::training {

/// Where training stands.
struct Counters {
  std::int64_t phase = 0;  // phases finished
  bool phase_begun = false;
  std::int64_t phase_epoch = 0;  // epochs finished in the phase
  std::int64_t epoch = 0;        // epochs finished in all phases
  std::int64_t epoch_step = 0;   // steps taken in the epoch
  std::int64_t step = 0;         // steps taken in all
  double rate_scale = 1;         // halved when the loss turned non-finite
  std::int64_t rollbacks = 0;
  std::optional<double> best_loss;  // lowest value of the watched validation term in the phase
  std::int64_t stale_epochs = 0;    // epochs since then
  double seconds = 0;
};

/// Everything that the rest of a training depends on: parameters, running statistics, the players'
/// moments (by player and name), counters, sums of the epoch so far, the best epoch's model. The
/// last good state is kept in memory; it is what a rollback returns to and what a checkpoint holds.
class TrainingState {
 public:
  static constexpr std::int64_t kMostTerms = 64;

  /// Both must outlive the object.
  TrainingState(models::Model& model, Learners& learners);

  Counters counters;
  History history;
  std::map<std::string, std::string> notes;  // of the caller, kept with the state
  torch::Tensor sums;  // [kMostTerms] double: sums of the training terms over the epoch's steps

  /// True when no loss of the epoch so far and no parameter is NaN or infinite. Waits for the
  /// device.
  bool is_finite() const;
  void keep();
  void go_back();
  /// Zero moments, as before the first step.
  void restart_optimisers();

  /// The model of the best epoch of the phase, or of the best of rival phases.
  void keep_best();
  bool has_best() const { return !best_.empty(); }
  void restore_best();

  /// The kept state as file content, and back; the latter also keeps it. Throws InputError when
  /// tensors of the model are missing or of another shape.
  TensorFile to_file() const;
  void from_file(const TensorFile& file, const std::string& path);

 private:
  using Tensors = std::map<std::string, torch::Tensor>;

  void set_optimiser_steps(const std::vector<std::int64_t>& steps);
  std::vector<std::int64_t> optimiser_steps() const;

  Learners& learners_;
  Tensors model_;  // handles to what the model is: parameters and running statistics
  Tensors live_;   // handles to all that changes, the model included
  Tensors kept_;
  Tensors best_;
  Counters kept_counters_;
  std::vector<std::int64_t> kept_optimiser_steps_;  // of each learner
};

}  // namespace mixvae::training
