#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "data/loader.hpp"
#include "models/model.hpp"
#include "training/batch_source.hpp"
#include "training/checkpoint.hpp"
#include "training/history.hpp"
#include "training/learner.hpp"
#include "training/trainer_options.hpp"
#include "training/training_estimate.hpp"
#include "training/training_state.hpp"
#include "training/training_step.hpp"

namespace mixvae::training {

/// A stretch of training with settings of its own.
struct Phase {
  std::string name;
  std::int64_t epochs = 1;
  double learning_rate_scale = 1;
  /// Epochs of earlier and later phases under the same learning-rate schedule, which then runs once
  /// over all of them.
  std::int64_t scheduled_before = 0;
  std::int64_t scheduled_after = 0;
  /// The optimiser begins with zero moments. With this and without weight decay, parameters that
  /// the phase's loss does not depend on stay as they are, to the bit.
  bool fresh_optimiser = false;
  bool weight_decay = true;
  /// One of rival beginnings, phases in a row: the next other phase begins with the model of that
  /// one whose end has the lowest watched validation term. Early stopping does not end them.
  bool rival = false;
  /// Sets what the model does not keep in its tensors (temperatures, which terms count); called
  /// whenever training enters the phase, also on resume.
  std::function<void(models::Model&)> configure = {};
  /// Changes the model's tensors once, before the phase's first step (pruning, a new start).
  std::function<void(models::Model&)> begin = {};
};

/// Told of the training's course; does nothing by default.
class TrainingObserver {
 public:
  virtual ~TrainingObserver() = default;
  /// After each step: steps of the phase taken, and planned.
  virtual void step_done(std::int64_t /*step*/, std::int64_t /*total*/) {}
  /// After each epoch; the newest record is the last.
  virtual void epoch_done(const History& /*history*/) {}
};

/// What a training needs besides model, data and options.
struct TrainingSetup {
  std::uint64_t seed = 0;
  Settings settings = {};            // all else that the result depends on; kept in checkpoints
  std::string checkpoint_file = {};  // empty: no checkpoints
  std::string history_file = {};     // empty: no history.csv
  TrainingObserver* observer = nullptr;
};

/// Trains any model in phases, with a held-out share of the cells, checkpoints, exact resume, early
/// stopping and recovery from a loss that turns non-finite. The result is a pure function of model,
/// data, options, phases and seed; stopping and resuming at any moment changes nothing.
class Trainer {
 public:
  /// Model and source must outlive the trainer; the model is on its device. Throws UsageError when
  /// the batch is larger than the training data, SystemError when a file cannot be written.
  Trainer(models::Model& model, BatchSource& source, TrainerOptions options, TrainingSetup setup);

  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  const CellSplit& split() const { return split_; }
  std::int64_t batch_size() const { return loader_.batch_rows(); }
  std::int64_t steps_per_epoch() const { return loader_.batches_per_epoch(); }
  /// Epochs of the options or of the rule in cells.
  std::int64_t epochs() const { return epochs_for(options_, training_cells()); }

  /// Estimates memory, refuses (SystemError) what does not fit, then times a few steps, whose
  /// effects are undone.
  TrainingEstimate estimate(std::int64_t epochs);

  /// Continues from the checkpoint, if there is one: the calls of run() that it has passed return
  /// at once. Returns whether there was one. Throws UsageError naming the first difference when it
  /// comes from other settings, InputError when it is damaged.
  bool resume();

  /// Trains the next phase, or what is left of it. Throws Interrupted after a signal (a checkpoint
  /// is kept) and InputError when the loss turns non-finite twice.
  const History& run(const Phase& phase);

  const History& history() const { return state_.history; }
  /// Facts of the caller that are kept in checkpoints, such as decisions taken between phases.
  std::map<std::string, std::string>& notes() { return state_.notes; }

 private:
  std::int64_t training_cells() const { return static_cast<std::int64_t>(split_.training.size()); }
  std::int64_t phase_steps(const Phase& phase) const {
    return phase.epochs * loader_.batches_per_epoch();
  }
  double learning_rate(const Phase& phase) const;

  void enter(const Phase& phase);
  void train_epoch(const Phase& phase);
  void take_step(std::span<const Index> rows, const Phase& phase);
  /// False when the validation loss is not finite.
  bool finish_epoch(const Phase& phase);
  std::vector<double> training_means() const;
  std::vector<double> validate();
  /// Place of the watched term among the validation terms.
  std::size_t monitored() const;
  void note_best(const std::vector<double>& validation);
  void note_rival();
  /// Returns to the kept state with half the learning rate; throws InputError the second time.
  void recover();

  void mark_time();
  void keep_state();
  void save_when_due();
  void save();
  Settings all_settings();

  models::Model& model_;
  BatchSource& source_;
  TrainerOptions options_;
  TrainingSetup setup_;
  CellSplit split_;
  BatchLoader loader_;
  Learners learners_;
  TrainingState state_;
  TrainingStep step_;
  std::int64_t phases_asked_ = 0;
  double rate_ = 0;  // learning rate of the latest step
  std::chrono::steady_clock::time_point marked_at_;
  std::chrono::steady_clock::time_point saved_at_;
};

}  // namespace mixvae::training
