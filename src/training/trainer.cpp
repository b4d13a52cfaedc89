#include "training/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <utility>

#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "base/log.hpp"
#include "nn/device.hpp"
#include "training/loss_values.hpp"
#include "training/schedule.hpp"

namespace mixvae::training {
namespace {

using Clock = std::chrono::steady_clock;

// Steps between two looks at the loss (each waits for the device), at which the state is kept.
constexpr std::int64_t kCheckInterval = 100;
constexpr std::int64_t kMostRollbacks = 1;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

CellSplit checked_split(const BatchSource& source, const TrainerOptions& options,
                        std::uint64_t seed) {
  CellSplit split = split_cells(source.cells(), options.validation_share, seed);
  if (split.training.size() < 2) {
    throw InputError({.what = "too few cells to learn from",
                      .found = std::to_string(split.training.size()),
                      .expected = "at least 2 besides the held-out ones"});
  }
  return split;
}

std::int64_t checked_batch_size(const TrainerOptions& options, const CellSplit& split) {
  const auto cells = static_cast<std::int64_t>(split.training.size());
  const std::int64_t size = batch_size_for(options, cells);
  if (size > cells) {
    throw UsageError(
        {.what = "the batch is larger than the data",
         .found = "--batch-size " + std::to_string(size),
         .expected = "at most " + std::to_string(cells) + ", the number of cells to learn from"});
  }
  return size;
}

/// How steps are taken; also says how products are computed there.
StepForm step_form(torch::Device device, const TrainerOptions& options,
                   const models::Model& model) {
  require_possible(options, device.is_cpu());
  nn::allow_tf32(options.device_products == "tf32");
  if (device.is_cpu() || !model.steps_repeat()) {
    return StepForm::by_host;
  }
  return options.capture_steps ? StepForm::captured : StepForm::by_device;
}

std::string phase_text(const Phase& phase) {
  return phase.name + ", " + std::to_string(phase.epochs) + " epochs";
}

}  // namespace

Trainer::Trainer(models::Model& model, BatchSource& source, TrainerOptions options,
                 TrainingSetup setup)
    : model_(model),
      source_(source),
      options_(std::move(options)),
      setup_(std::move(setup)),
      split_(checked_split(source, options_, setup_.seed)),
      loader_(split_.training, checked_batch_size(options_, split_), setup_.seed),
      learners_(learners_of(model, {.beta1 = options_.adam_beta1,
                                    .beta2 = options_.adam_beta2,
                                    .weight_decay = options_.weight_decay,
                                    .gradient_clip = options_.gradient_clip})),
      state_(model, learners_),
      step_(learners_, state_.sums, step_form(state_.sums.device(), options_, model)),
      marked_at_(Clock::now()),
      saved_at_(Clock::now()) {
  for (const std::string& file : {setup_.checkpoint_file, setup_.history_file}) {
    if (!file.empty()) {
      remove_stale_temporaries(file);
      require_writable(file);
    }
  }
}

TrainingEstimate Trainer::estimate(std::int64_t epochs) {
  const auto held_out = static_cast<std::int64_t>(split_.validation.size());
  TrainingEstimate estimate = memory_estimate(model_, source_, batch_size(),
                                              validation_batch(source_, held_out, batch_size()));
  require_memory(estimate, available_memory());
  state_.keep();
  TrainingObserver* observer = std::exchange(setup_.observer, nullptr);  // not told of trials
  estimate.seconds_per_step = std::numeric_limits<double>::infinity();
  for (int trial = 0; trial < 4; ++trial) {
    const auto start = Clock::now();
    take_step(loader_.batch(0, 0), {.name = "trial"});
    static_cast<void>(state_.is_finite());
    estimate.seconds_per_step = std::min(estimate.seconds_per_step, seconds_since(start));
  }
  const auto start = Clock::now();
  validate();
  const double validation = seconds_since(start);
  state_.go_back();
  step_.forget();
  setup_.observer = observer;
  estimate.seconds =
      static_cast<double>(epochs) *
      (static_cast<double>(loader_.batches_per_epoch()) * estimate.seconds_per_step + validation);
  return estimate;
}

bool Trainer::resume() {
  if (setup_.checkpoint_file.empty() || !std::filesystem::exists(setup_.checkpoint_file)) {
    return false;
  }
  load_checkpoint(setup_.checkpoint_file, all_settings(), state_);
  log_info("resuming after epoch " + std::to_string(state_.counters.epoch) + ", step " +
           std::to_string(state_.counters.step));
  return true;
}

const History& Trainer::run(const Phase& phase) {
  const std::int64_t number = phases_asked_++;
  Counters& counters = state_.counters;
  if (counters.phase > number) {
    return history();
  }
  enter(phase);
  marked_at_ = Clock::now();
  const bool stops_early = options_.early_stopping && !phase.rival;
  const auto stopped = [&] { return stops_early && counters.stale_epochs >= options_.patience; };
  while (counters.phase_epoch < phase.epochs && !stopped()) {
    train_epoch(phase);
  }
  if (stops_early) {
    state_.restore_best();
  }
  if (phase.rival) {
    note_rival();
  }
  ++counters.phase;
  counters.phase_begun = false;
  keep_state();
  save();
  return history();
}

void Trainer::enter(const Phase& phase) {
  static const std::string kKey = "trainer.phase";
  Counters& counters = state_.counters;
  if (phase.configure) {
    phase.configure(model_);
  }
  for (const auto& learner : learners_) {
    learner->adam().set_weight_decay(phase.weight_decay ? options_.weight_decay : 0.0);
  }
  step_.forget();
  if (counters.phase_begun) {
    if (notes()[kKey] != phase_text(phase)) {
      throw UsageError({.what = "the run was started with another phase of training",
                        .found = phase_text(phase),
                        .expected = notes()[kKey],
                        .hint = "use the same settings, or start a new run"});
    }
    return;
  }
  if (phase.rival && split_.validation.empty()) {
    throw UsageError({.what = "beginnings are compared on held-out cells, and there are none",
                      .hint = "raise --validation-share, or set --restarts 1"});
  }
  if (!phase.rival) {
    state_.restore_best();  // of rivals
  }
  if (phase.fresh_optimiser) {
    state_.restart_optimisers();
  }
  if (phase.begin) {
    phase.begin(model_);
  }
  notes()[kKey] = phase_text(phase);
  counters.phase_begun = true;
  counters.phase_epoch = 0;
  if (!phase.rival || !state_.has_best()) {
    counters.best_loss.reset();
  }
  counters.stale_epochs = 0;
  state_.keep();
}

void Trainer::train_epoch(const Phase& phase) {
  const Counters& counters = state_.counters;
  const std::int64_t epoch = counters.epoch;
  while (counters.epoch == epoch) {
    if (interrupt_signal() != 0) {
      save();
      throw_if_interrupted();
    }
    take_step(loader_.batch(static_cast<std::uint64_t>(epoch), counters.epoch_step), phase);
    const bool complete = counters.epoch_step == loader_.batches_per_epoch();
    if (!complete && counters.epoch_step % kCheckInterval != 0) {
      continue;
    }
    if (!state_.is_finite() || (complete && !finish_epoch(phase))) {
      recover();
      continue;
    }
    keep_state();
    save_when_due();
  }
}

double Trainer::learning_rate(const Phase& phase) const {
  const Counters& counters = state_.counters;
  const std::int64_t step =
      (phase.scheduled_before + counters.phase_epoch) * loader_.batches_per_epoch() +
      counters.epoch_step;
  const std::int64_t total =
      (phase.scheduled_before + phase.scheduled_after) * loader_.batches_per_epoch() +
      phase_steps(phase);
  return options_.learning_rate * phase.learning_rate_scale * counters.rate_scale *
         schedule_factor(options_.schedule, options_.warm_up, step, total);
}

void Trainer::take_step(std::span<const Index> rows, const Phase& phase) {
  Counters& counters = state_.counters;
  rate_ = learning_rate(phase);
  step_.take(source_.training_batch(rows, static_cast<std::uint64_t>(counters.step)), rate_,
             state_.history.training_terms);
  ++counters.step;
  ++counters.epoch_step;
  if (setup_.observer != nullptr) {
    setup_.observer->step_done(
        counters.phase_epoch * loader_.batches_per_epoch() + counters.epoch_step,
        phase_steps(phase));
  }
}

bool Trainer::finish_epoch(const Phase& phase) {
  Counters& counters = state_.counters;
  History& history = state_.history;
  const std::vector<double> training = training_means();
  const std::vector<double> validation = validate();
  if (!std::ranges::all_of(validation, [](double value) { return std::isfinite(value); })) {
    return false;
  }
  counters.epoch_step = 0;
  ++counters.epoch;
  ++counters.phase_epoch;
  state_.sums.zero_();
  mark_time();
  history.epochs.push_back({.epoch = counters.epoch,
                            .phase = phase.name,
                            .step = counters.step,
                            .seconds = counters.seconds,
                            .learning_rate = rate_,
                            .training = training,
                            .validation = validation});
  if (!phase.rival) {
    note_best(validation);
  }
  if (setup_.observer != nullptr) {
    setup_.observer->epoch_done(history);
  }
  return true;
}

/// Each term over the epoch's steps in which its player took part.
std::vector<double> Trainer::training_means() const {
  const std::vector<std::string>& names = state_.history.training_terms;
  std::vector<double> means =
      to_numbers(state_.sums.narrow(0, 0, static_cast<std::int64_t>(names.size())));
  const std::int64_t first = state_.counters.step - state_.counters.epoch_step;
  for (std::size_t i = 0; i < means.size(); ++i) {
    const std::int64_t steps =
        steps_of_term(learners_, names[i], first, state_.counters.epoch_step);
    means[i] /= static_cast<double>(std::max<std::int64_t>(steps, 1));
  }
  return means;
}

std::vector<double> Trainer::validate() {
  const auto held_out = static_cast<std::int64_t>(split_.validation.size());
  return validation_values(model_, source_, split_.validation,
                           validation_batch(source_, held_out, batch_size()),
                           state_.history.validation_terms);
}

std::size_t Trainer::monitored() const {
  const auto& names = state_.history.validation_terms;
  const auto found = std::ranges::find(names, model_.monitor());
  MIXVAE_ASSERT(found != names.end(), "the watched term is one of validation's");
  return static_cast<std::size_t>(found - names.begin());
}

void Trainer::note_best(const std::vector<double>& validation) {
  Counters& counters = state_.counters;
  if (validation.empty()) {
    return;
  }
  const double watched = validation[monitored()];
  if (counters.best_loss && watched >= *counters.best_loss) {
    ++counters.stale_epochs;
    return;
  }
  counters.best_loss = watched;
  counters.stale_epochs = 0;
  if (options_.early_stopping) {
    state_.keep_best();
  }
}

void Trainer::note_rival() {
  const double watched = state_.history.epochs.back().validation[monitored()];
  if (!state_.counters.best_loss || watched < *state_.counters.best_loss) {
    state_.counters.best_loss = watched;
    state_.keep_best();
  }
}

void Trainer::recover() {
  Counters& counters = state_.counters;
  const std::string place = "epoch " + std::to_string(counters.epoch + 1) + ", before step " +
                            std::to_string(counters.step);
  state_.go_back();
  if (counters.rollbacks >= kMostRollbacks) {
    save();
    throw InputError(
        {.what =
             "the loss became infinite or not a number, again after the learning rate was halved",
         .where = place,
         .hint = "lower --learning-rate, set --gradient-clip 1, or look for extreme values in the "
                 "data with 'mixvae inspect'"});
  }
  ++counters.rollbacks;
  counters.rate_scale /= 2;
  state_.keep();
  log_warning("the loss became infinite or not a number at " + place + "; going back to step " +
              std::to_string(counters.step) + " with half the learning rate");
}

void Trainer::mark_time() {
  state_.counters.seconds += seconds_since(marked_at_);
  marked_at_ = Clock::now();
}

void Trainer::keep_state() {
  mark_time();
  state_.keep();
}

void Trainer::save_when_due() {
  const Counters& counters = state_.counters;
  const bool by_epoch = options_.checkpoint_epochs && counters.epoch_step == 0 &&
                        counters.epoch % *options_.checkpoint_epochs == 0;
  if (by_epoch || seconds_since(saved_at_) >= options_.checkpoint_seconds) {
    save();
  }
}

void Trainer::save() {
  if (!setup_.checkpoint_file.empty()) {
    save_checkpoint(setup_.checkpoint_file, all_settings(), state_);
  }
  if (!setup_.history_file.empty()) {
    write_atomically(setup_.history_file, csv_text(state_.history));
  }
  saved_at_ = Clock::now();
}

Settings Trainer::all_settings() {
  Settings settings = setup_.settings;
  for (const Option& option : options(options_)) {
    if (!option.name.starts_with("checkpoint-") && option.name != "capture-steps") {
      settings[option.name] = option_text(option);
    }
  }
  settings["seed"] = std::to_string(setup_.seed);
  settings["cells"] = std::to_string(source_.cells());
  for (const models::NamedTensor& parameter : model_.parameters()) {
    std::string& shape = settings["shape of " + parameter.name];
    for (const std::int64_t length : parameter.tensor.sizes()) {
      shape.append(shape.empty() ? "" : " x ").append(std::to_string(length));
    }
  }
  return settings;
}

}  // namespace mixvae::training
