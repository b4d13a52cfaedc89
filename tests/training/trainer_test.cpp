#include "training/trainer.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "base/log.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"
#include "training/checkpoint.hpp"
#include "training/linear_autoencoder.hpp"
#include "training/matrix_batches.hpp"

namespace mixvae::training {
namespace {

using support::bytes_of_file;
using support::refusal;
using support::TemporaryFolder;
using testing::HasSubstr;

TrainerOptions small_options() {
  return {.epochs = 20,
          .batch_size = 16,
          .learning_rate = 0.01,
          .schedule = "constant",
          .checkpoint_seconds = 0};
}

/// Sends SIGTERM after so many steps of the phase.
class Stopper : public TrainingObserver {
 public:
  explicit Stopper(std::int64_t step) : step_(step) {}
  void step_done(std::int64_t step, std::int64_t) override {
    if (step == step_) {
      std::raise(SIGTERM);
    }
  }

 private:
  std::int64_t step_;
};

class TrainerTest : public testing::Test {
 protected:
  TrainerTest() {
    set_log_sink([this](LogLevel, std::string_view message) { log_.append(message).append("\n"); });
  }
  ~TrainerTest() override {
    set_log_sink({});
    clear_interrupt();
  }
  TrainingSetup setup(TrainingObserver* observer = nullptr) const {
    return {.seed = 5,
            .settings = {{"model", "linear"}},
            .checkpoint_file = folder_.path("checkpoint.safetensors"),
            .history_file = folder_.path("history.csv"),
            .observer = observer};
  }
  torch::Tensor uninterrupted(const TrainerOptions& options, const std::vector<Phase>& phases) {
    LinearAutoencoder model;
    Trainer trainer(model, batches_, options, {.seed = 5});
    for (const Phase& phase : phases) {
      trainer.run(phase);
    }
    return model.state();
  }
  static void train(Trainer& trainer, const std::vector<Phase>& phases) {
    trainer.resume();
    for (const Phase& phase : phases) {
      trainer.run(phase);
    }
  }

  TemporaryFolder folder_;
  Matrix data_ = plane();
  MatrixBatches batches_{data_};
  std::string log_;
};

TEST_F(TrainerTest, LearnsThePlane) {
  LinearAutoencoder model;
  Trainer trainer(model, batches_, small_options(), {.seed = 5});
  const History& history = trainer.run({.name = "main", .epochs = 150});
  EXPECT_LT(history.epochs.back().validation[1], 0.1 * history.epochs.front().validation[1]);
  EXPECT_LT(history.epochs.back().training[0], 0.1);
}

TEST_F(TrainerTest, BothSharesOfAdamsMeansCount) {
  const std::vector<Phase> phases{{.name = "main", .epochs = 1}};
  const torch::Tensor usual = uninterrupted(small_options(), phases);
  TrainerOptions options = small_options();
  options.adam_beta1 = 0.5;
  EXPECT_FALSE(torch::allclose(uninterrupted(options, phases), usual));
  options.adam_beta1 = 0.9;
  EXPECT_TRUE(torch::equal(uninterrupted(options, phases), usual));
  options.adam_beta2 = 0.5;
  EXPECT_FALSE(torch::allclose(uninterrupted(options, phases), usual));
}

TEST_F(TrainerTest, RefusesTf32OnTheCpu) {
  LinearAutoencoder model;
  TrainerOptions options = small_options();
  options.device_products = "tf32";
  EXPECT_THAT(refusal<UsageError>([&] { Trainer(model, batches_, options, {.seed = 5}); }),
              HasSubstr("--device-products tf32 on the CPU"));
}

TEST_F(TrainerTest, HistoryTellsOfEveryEpoch) {
  LinearAutoencoder model;
  Trainer trainer(model, batches_, small_options(), setup());
  trainer.run({.name = "first", .epochs = 3});
  trainer.run({.name = "second", .epochs = 2, .learning_rate_scale = 0.5});
  const History& history = trainer.history();
  EXPECT_EQ(history.training_terms, (std::vector<std::string>{"loss", "error", "size"}));
  ASSERT_EQ(history.epochs.size(), 5U);
  EXPECT_EQ(history.epochs[3].phase, "second");
  EXPECT_EQ(history.epochs[3].epoch, 4);
  EXPECT_EQ(history.epochs[3].step, 4 * 5);
  EXPECT_DOUBLE_EQ(history.epochs[2].learning_rate, 0.01);
  EXPECT_DOUBLE_EQ(history.epochs[3].learning_rate, 0.005);
  EXPECT_EQ(history.epochs[3].validation.size(), 3U);
  EXPECT_EQ(bytes_of_file(folder_.path("history.csv")), csv_text(history));
}

TEST_F(TrainerTest, TrainingTermsAreMeansOverTheEpoch) {
  LinearAutoencoder model;
  LinearAutoencoder twin;
  Trainer trainer(model, batches_, {.epochs = 1, .batch_size = 90, .validation_share = 0.1},
                  {.seed = 5});
  const History& history = trainer.run({.name = "main", .epochs = 1});
  BatchLoader loader(trainer.split().training, 90, 5);
  const auto terms = twin.training_loss(batches_.training_batch(loader.batch(0, 0), 0));
  EXPECT_DOUBLE_EQ(history.epochs[0].training[0], terms[0].second.item<double>());
}

TEST_F(TrainerTest, SevenAndThirteenEpochsAreTwenty) {
  for (const char* schedule : {"constant", "cosine", "one-cycle"}) {
    TrainerOptions options = small_options();
    options.schedule = schedule;
    options.checkpoint_seconds = 1e9;
    const std::vector<Phase> phases{{.name = "main", .epochs = 20}};
    const torch::Tensor whole = uninterrupted(options, phases);
    for (const std::int64_t stop : {1, 35, 38, 99}) {
      std::filesystem::remove(setup().checkpoint_file);
      const InterruptGuard guard;
      LinearAutoencoder first;
      Stopper stopper(stop);
      Trainer interrupted(first, batches_, options, setup(&stopper));
      EXPECT_THROW(train(interrupted, phases), Interrupted);
      clear_interrupt();
      LinearAutoencoder second;
      Trainer resumed(second, batches_, options, setup());
      EXPECT_TRUE(resumed.resume());
      resumed.run(phases[0]);
      EXPECT_TRUE(torch::equal(second.state(), whole)) << schedule << ", stopped at " << stop;
      EXPECT_EQ(resumed.history().epochs.size(), 20U);
    }
  }
}

TEST_F(TrainerTest, AnInterruptedTrainingExitsWithTheSignalsCode) {
  const InterruptGuard guard;
  LinearAutoencoder model;
  Stopper stopper(3);
  Trainer trainer(model, batches_, small_options(), setup(&stopper));
  try {
    trainer.run({.name = "main", .epochs = 20});
    FAIL() << "not stopped";
  } catch (const Interrupted& error) {
    EXPECT_EQ(error.exit_code(), 143);
  }
  EXPECT_TRUE(std::filesystem::exists(setup().checkpoint_file));
}

TEST_F(TrainerTest, ResumeWorksAcrossPhasesAndKeepsNotes) {
  const auto shrink = [](models::Model& model) {
    const torch::NoGradGuard no_grad;
    model.parameters()[0].tensor.mul_(0.5);
  };
  int configured = 0;
  std::vector<Phase> phases{{.name = "first", .epochs = 4},
                            {.name = "second",
                             .epochs = 6,
                             .configure = [&](models::Model&) { ++configured; },
                             .begin = shrink}};
  const torch::Tensor whole = uninterrupted(small_options(), phases);
  const InterruptGuard guard;
  LinearAutoencoder first;
  Trainer interrupted(first, batches_, small_options(), setup());
  interrupted.run(phases[0]);
  interrupted.notes()["decision"] = "halve";
  phases[1].configure = [&](models::Model&) {
    ++configured;
    std::raise(SIGTERM);
  };
  EXPECT_THROW(interrupted.run(phases[1]), Interrupted);
  clear_interrupt();
  phases[1].configure = [&](models::Model&) { ++configured; };
  LinearAutoencoder second;
  Trainer resumed(second, batches_, small_options(), setup());
  train(resumed, phases);
  EXPECT_EQ(resumed.notes().at("decision"), "halve");
  EXPECT_EQ(configured, 3);
  EXPECT_TRUE(torch::equal(second.state(), whole));
}

TEST_F(TrainerTest, CheckpointTimesDoNotChangeTheResult) {
  TrainerOptions rare = small_options();
  rare.checkpoint_seconds = 1e9;
  const std::vector<Phase> phases{{.name = "main", .epochs = 10}};
  LinearAutoencoder model;
  Trainer trainer(model, batches_, small_options(), setup());
  trainer.run(phases[0]);
  EXPECT_TRUE(torch::equal(model.state(), uninterrupted(rare, phases)));
}

TEST_F(TrainerTest, AFinishedRunIsNotTrainedAgain) {
  LinearAutoencoder model;
  Trainer trainer(model, batches_, small_options(), setup());
  trainer.run({.name = "main", .epochs = 5});
  LinearAutoencoder again;
  Stopper never(1);
  Trainer finished(again, batches_, small_options(), setup(&never));
  EXPECT_TRUE(finished.resume());
  EXPECT_EQ(finished.run({.name = "main", .epochs = 5}).epochs.size(), 5U);
  EXPECT_TRUE(torch::equal(again.state(), model.state()));
  EXPECT_EQ(interrupt_signal(), 0);
}

TEST_F(TrainerTest, OtherSettingsAreRefusedByName) {
  LinearAutoencoder model;
  Trainer trainer(model, batches_, small_options(), setup());
  trainer.run({.name = "main", .epochs = 1});
  const auto message = [&](const TrainerOptions& options, const TrainingSetup& other,
                           LinearAutoencoder&& another) {
    return refusal<UsageError>([&] {
      Trainer resumed(another, batches_, options, other);
      resumed.resume();
    });
  };
  TrainerOptions faster = small_options();
  faster.learning_rate = 0.02;
  EXPECT_THAT(
      message(faster, setup(), LinearAutoencoder()),
      AllOf(HasSubstr("learning-rate"), HasSubstr("found: 0.02"), HasSubstr("expected: 0.01")));
  TrainingSetup other_seed = setup();
  other_seed.seed = 6;
  EXPECT_THAT(message(small_options(), other_seed, LinearAutoencoder()), HasSubstr("seed"));
  TrainingSetup other_model = setup();
  other_model.settings["model"] = "cubic";
  EXPECT_THAT(message(small_options(), other_model, LinearAutoencoder()),
              HasSubstr("found: cubic"));
  EXPECT_THAT(message(small_options(), setup(), LinearAutoencoder(6, 3)),
              AllOf(HasSubstr("shape of decode"), HasSubstr("found: 3 x 6")));
  TrainerOptions more_often = small_options();
  more_often.checkpoint_seconds = 7;
  EXPECT_EQ(message(more_often, setup(), LinearAutoencoder()), "accepted");
}

TEST_F(TrainerTest, ADifferentPhaseOfAStartedRunIsRefused) {
  const InterruptGuard guard;
  LinearAutoencoder model;
  Stopper stopper(7);
  Trainer trainer(model, batches_, small_options(), setup(&stopper));
  EXPECT_THROW(trainer.run({.name = "main", .epochs = 5}), Interrupted);
  clear_interrupt();
  Trainer resumed(model, batches_, small_options(), setup());
  resumed.resume();
  EXPECT_THAT(refusal<UsageError>([&] { resumed.run({.name = "main", .epochs = 6}); }),
              AllOf(HasSubstr("found: main, 6 epochs"), HasSubstr("expected: main, 5 epochs")));
}

TEST_F(TrainerTest, ANonFiniteLossGoesBackOnceWithHalfTheRate) {
  LinearAutoencoder model;
  int spoilt = 0;
  model.spoils = [&](std::uint64_t step) { return step == 12 && spoilt++ == 0; };
  Trainer trainer(model, batches_, small_options(), setup());
  const History& history = trainer.run({.name = "main", .epochs = 6});
  EXPECT_EQ(spoilt, 2);
  ASSERT_EQ(history.epochs.size(), 6U);
  EXPECT_DOUBLE_EQ(history.epochs[1].learning_rate, 0.01);
  EXPECT_DOUBLE_EQ(history.epochs[2].learning_rate, 0.005);
  EXPECT_TRUE(model.state().isfinite().all().item<bool>());
  EXPECT_THAT(log_, HasSubstr("going back to step 10 with half the learning rate"));
}

TEST_F(TrainerTest, AGradientWhoseSquareIsNotFiniteGoesBackToo) {
  LinearAutoencoder model;
  int spoilt = 0;
  model.steepens = [&](std::uint64_t step) { return step == 12 && spoilt++ == 0; };
  Trainer trainer(model, batches_, small_options(), setup());
  const History& history = trainer.run({.name = "main", .epochs = 6});
  EXPECT_EQ(spoilt, 2);
  EXPECT_DOUBLE_EQ(history.epochs[2].learning_rate, 0.005);
}

TEST_F(TrainerTest, ASecondNonFiniteLossStopsWithAdvice) {
  LinearAutoencoder model;
  model.spoils = [&](std::uint64_t step) { return step == 12; };
  Trainer trainer(model, batches_, small_options(), setup());
  EXPECT_THAT(refusal<InputError>([&] { trainer.run({.name = "main", .epochs = 6}); }),
              AllOf(HasSubstr("not a number"), HasSubstr("epoch 3"), HasSubstr("--learning-rate")));
  EXPECT_TRUE(model.state().isfinite().all().item<bool>());
}

TEST_F(TrainerTest, EarlyStoppingGoesBackToTheBestEpochAlsoAfterAResume) {
  TrainerOptions options = small_options();
  options.early_stopping = true;
  options.patience = 3;
  options.learning_rate = 0.3;
  const std::vector<Phase> phases{{.name = "main", .epochs = 200}};
  LinearAutoencoder model;
  Trainer trainer(model, batches_, options, {.seed = 5});
  const History& history = trainer.run(phases[0]);
  ASSERT_LT(history.epochs.size(), 200U);
  double best = history.epochs[0].validation[0];
  for (const EpochRecord& record : history.epochs) {
    best = std::min(best, record.validation[0]);
  }
  EXPECT_EQ(history.epochs[history.epochs.size() - 4].validation[0], best);
  const auto terms = model.validation_loss(batches_.evaluation_batch(trainer.split().validation));
  EXPECT_DOUBLE_EQ(terms[0].second.item<double>(), best);

  const InterruptGuard guard;
  LinearAutoencoder first;
  Stopper stopper(static_cast<std::int64_t>(history.epochs.size() - 2) * 5 + 2);
  Trainer interrupted(first, batches_, options, setup(&stopper));
  EXPECT_THROW(interrupted.run(phases[0]), Interrupted);
  clear_interrupt();
  LinearAutoencoder second;
  Trainer resumed(second, batches_, options, setup());
  train(resumed, phases);
  EXPECT_TRUE(torch::equal(second.state(), model.state()));
}

/// Rivals that differ in where they begin: all weights of the model so large.
std::vector<Phase> rival_phases(const std::vector<double>& sizes) {
  std::vector<Phase> phases;
  for (const double size : sizes) {
    phases.push_back({.name = "rival",
                      .epochs = 2,
                      .fresh_optimiser = true,
                      .rival = true,
                      .begin = [size](models::Model& model) {
                        const torch::NoGradGuard no_grad;
                        for (const models::NamedTensor& parameter : model.parameters()) {
                          parameter.tensor.detach().fill_(size);
                        }
                      }});
  }
  return phases;
}

TEST_F(TrainerTest, TheRivalWithTheLowestHeldOutLossGoesOn) {
  const std::vector<Phase> rivals = rival_phases({3, 0.3, 5});
  LinearAutoencoder model;
  Trainer trainer(model, batches_, small_options(), {.seed = 5});
  std::vector<torch::Tensor> ends;
  for (const Phase& rival : rivals) {
    trainer.run(rival);
    ends.push_back(model.state().clone());
  }
  const auto loss = [&](std::size_t rival) {
    return trainer.history().epochs[2 * rival + 1].validation[0];
  };
  ASSERT_LT(loss(1), std::min(loss(0), loss(2)));
  torch::Tensor begun;
  trainer.run({.name = "main", .epochs = 1, .begin = [&](models::Model&) {
                 begun = model.state().clone();
               }});
  EXPECT_TRUE(torch::equal(begun, ends[1]));
  EXPECT_FALSE(torch::equal(model.state(), ends[1]));
}

TEST_F(TrainerTest, RivalsResumeToTheSameBits) {
  std::vector<Phase> phases = rival_phases({3, 0.3, 5});
  phases.push_back({.name = "main", .epochs = 2, .fresh_optimiser = true});
  for (const bool early_stopping : {false, true}) {
    TrainerOptions options = small_options();
    options.early_stopping = early_stopping;
    const torch::Tensor expected = uninterrupted(options, phases);
    for (std::size_t stopped = 0; stopped < phases.size(); ++stopped) {
      const InterruptGuard guard;
      LinearAutoencoder first;
      Stopper stopper(7);
      Trainer interrupted(first, batches_, options, setup());
      for (std::size_t i = 0; i < stopped; ++i) interrupted.run(phases[i]);
      LinearAutoencoder second;
      Trainer stopping(second, batches_, options, setup(&stopper));
      EXPECT_THROW(train(stopping, phases), Interrupted);
      clear_interrupt();
      LinearAutoencoder third;
      Trainer resumed(third, batches_, options, setup());
      train(resumed, phases);
      EXPECT_TRUE(torch::equal(third.state(), expected)) << stopped << " " << early_stopping;
      std::filesystem::remove(folder_.path("checkpoint.safetensors"));
    }
  }
}

TEST_F(TrainerTest, RivalsNeedHeldOutCells) {
  TrainerOptions options = small_options();
  options.validation_share = 0;
  LinearAutoencoder model;
  Trainer trainer(model, batches_, options, {.seed = 5});
  EXPECT_THAT(refusal<UsageError>([&] { trainer.run(rival_phases({1})[0]); }),
              AllOf(HasSubstr("beginnings are compared on held-out cells, and there are none"),
                    HasSubstr("--validation-share")));
}

TEST_F(TrainerTest, EstimatingChangesNothing) {
  const std::vector<Phase> phases{{.name = "main", .epochs = 3}};
  LinearAutoencoder model;
  Trainer trainer(model, batches_, small_options(), {.seed = 5});
  const TrainingEstimate estimate = trainer.estimate(3);
  EXPECT_GT(estimate.seconds, 0);
  EXPECT_LT(estimate.seconds, 60);
  EXPECT_EQ(estimate.data_bytes, 100 * 6 * 4);
  trainer.run(phases[0]);
  EXPECT_TRUE(torch::equal(model.state(), uninterrupted(small_options(), phases)));
}

TEST_F(TrainerTest, RefusesABatchLargerThanTheData) {
  LinearAutoencoder model;
  TrainerOptions options = small_options();
  options.batch_size = 91;
  EXPECT_THAT(refusal<UsageError>([&] { Trainer(model, batches_, options, {}); }),
              AllOf(HasSubstr("--batch-size 91"), HasSubstr("at most 90")));
}

TEST_F(TrainerTest, RefusesTooFewCells) {
  LinearAutoencoder model;
  const Matrix one = plane(1);
  MatrixBatches batches(one);
  EXPECT_THAT(refusal<InputError>([&] { Trainer(model, batches, {}, {}); }),
              HasSubstr("too few cells"));
}

TEST_F(TrainerTest, RefusesUnwritableFilesBeforeTraining) {
  LinearAutoencoder model;
  EXPECT_THROW(Trainer(model, batches_, small_options(),
                       {.checkpoint_file = folder_.path("none/checkpoint.safetensors")}),
               SystemError);
}

TEST_F(TrainerTest, RefusesADamagedCheckpointAndOneOfAnotherVersion) {
  LinearAutoencoder model;
  Trainer trainer(model, batches_, small_options(), setup());
  trainer.run({.name = "main", .epochs = 1});
  const std::string path = setup().checkpoint_file;
  TensorFile file = read_safetensors(path);
  const auto message = [&](const TensorFile& changed) {
    write_safetensors(path, changed);
    Trainer resumed(model, batches_, small_options(), setup());
    return refusal<InputError>([&] { resumed.resume(); });
  };
  TensorFile newer = file;
  newer.metadata["version"] = "3";
  EXPECT_THAT(message(newer), HasSubstr("found: version 3"));
  TensorFile older = file;
  older.metadata["version"] = "1";
  EXPECT_THAT(message(older), HasSubstr("found: version 1"));
  EXPECT_THAT(refusal<InputError>([&] { require_own_version(path); }),
              HasSubstr("found: version 1"));
  TensorFile foreign = file;
  foreign.metadata["format"] = "pt";
  EXPECT_THAT(message(foreign), HasSubstr("is not a checkpoint"));
  TensorFile without = file;
  without.tensors.erase("buffer.running_mean");
  EXPECT_THAT(message(without), HasSubstr("no tensor 'buffer.running_mean'"));
  TensorFile reshaped = file;
  reshaped.tensors["sums"] = torch::zeros({3}, torch::kFloat64);
  EXPECT_THAT(message(reshaped), HasSubstr("'sums'"));
  std::ofstream(path, std::ios::binary | std::ios::trunc) << "half";
  Trainer resumed(model, batches_, small_options(), setup());
  EXPECT_THAT(refusal<InputError>([&] { resumed.resume(); }), HasSubstr("is damaged"));
}

}  // namespace
}  // namespace mixvae::training
