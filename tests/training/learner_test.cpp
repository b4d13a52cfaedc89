#include "training/learner.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "support/temporary_folder.hpp"
#include "training/adversarial_pair.hpp"
#include "training/matrix_batches.hpp"
#include "training/trainer.hpp"

namespace mixvae::training {
namespace {

using support::TemporaryFolder;
using testing::ElementsAre;

models::Batch batch_of(std::uint64_t step) {
  models::Batch batch;
  batch.only().x = nn::normal({20, 1}, {4, Purpose::test, step}, {}) * 0.7 + 2;
  batch.step = step;
  return batch;
}

/// Adam as its paper writes it.
struct PlainAdam {
  torch::Tensor parameter;
  torch::Tensor m = torch::zeros_like(parameter);
  torch::Tensor v = torch::zeros_like(parameter);
  int t = 0;

  void step(const torch::Tensor& gradient, double rate) {
    const torch::NoGradGuard no_grad;
    ++t;
    m = 0.9 * m + 0.1 * gradient;
    v = 0.999 * v + 0.001 * gradient.square();
    parameter.sub_(rate * (m / (1 - std::pow(0.9, t))) /
                   ((v / (1 - std::pow(0.999, t))).sqrt() + 1e-8));
  }
};

torch::Tensor parameter_of(models::Model& model, const std::string& name) {
  for (const models::NamedTensor& parameter : model.parameters()) {
    if (parameter.name == name) {
      return parameter.tensor;
    }
  }
  throw Bug("no parameter " + name);
}

TEST(Learners, EachPlayerMovesItsParametersByItsOwnLossInTurn) {
  AdversarialPair model;
  Learners learners = learners_of(model, {});
  const torch::Tensor sums = torch::zeros({16}, torch::kFloat64);
  TrainingStep step(learners, sums, StepForm::by_host);
  std::vector<std::string> names;

  AdversarialPair twin;
  PlainAdam discriminator{parameter_of(twin, "discriminator")};
  PlainAdam generator{parameter_of(twin, "generator")};
  std::map<std::string, double> expected_sums;
  for (std::uint64_t t = 0; t < 21; ++t) {
    const double rate = 0.02 / static_cast<double>(1 + t % 3);
    step.take(batch_of(t), rate, names);
    const auto learn = [&](const std::string& name, PlainAdam& adam, const models::LossTerms& terms,
                           double own_rate) {
      for (const auto& [term, value] : terms) {
        expected_sums[name + "." + term] += value.item<double>();
      }
      adam.step(torch::autograd::grad({terms[0].second}, {adam.parameter})[0], own_rate);
    };
    learn("discriminator", discriminator, twin.discriminator_loss(batch_of(t)), rate);
    if (t % 2 == 0) {
      learn("generator", generator, twin.generator_loss(batch_of(t)), rate / 2);
    }
    ASSERT_TRUE(torch::allclose(model.state(), twin.state(), 1e-5, 1e-6)) << "after step " << t;
  }
  EXPECT_THAT(names, ElementsAre("discriminator.loss", "discriminator.real", "discriminator.fake",
                                 "generator.loss"));
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_NEAR(sums[static_cast<std::int64_t>(i)].item<double>(), expected_sums.at(names[i]), 1e-4)
        << names[i];
  }
  EXPECT_EQ(learners[0]->adam().steps(), 21);
  EXPECT_EQ(learners[1]->adam().steps(), 11);
}

TEST(Learners, TheDevicesFormTakesThePlayersInTurnToo) {
  const auto trained = [](StepForm form) {
    AdversarialPair model;
    Learners learners = learners_of(model, {});
    TrainingStep step(learners, torch::zeros({16}, torch::kFloat64), form);
    std::vector<std::string> names;
    for (std::uint64_t t = 0; t < 7; ++t) {
      step.take(batch_of(t), 0.02, names);
      EXPECT_FALSE(step.captured());
    }
    return model.state();
  };
  const torch::Tensor by_host = trained(StepForm::by_host);
  EXPECT_TRUE(torch::allclose(trained(StepForm::by_device), by_host, 1e-4, 1e-5));
  EXPECT_TRUE(torch::allclose(trained(StepForm::captured), by_host, 1e-4, 1e-5));
}

TEST(Learners, TermsOfOnePlayerKeepTheirNames) {
  class Alone : public AdversarialPair {
   public:
    std::vector<models::Player> players() override { return Model::players(); }
  } model;
  Learners learners = learners_of(model, {});
  ASSERT_EQ(learners.size(), 1U);
  EXPECT_EQ(learners[0]->player().name, "model");
  EXPECT_EQ(learners[0]->player().parameters.size(), 2U);
  TrainingStep step(learners, torch::zeros({16}, torch::kFloat64), StepForm::by_host);
  std::vector<std::string> names;
  step.take(batch_of(0), 0.02, names);
  EXPECT_THAT(names, ElementsAre("loss", "real", "fake"));
}

TEST(Learners, PlayersWithoutNamesOfTheirOwnAreABug) {
  class Twins : public AdversarialPair {
   public:
    std::vector<models::Player> players() override {
      std::vector<models::Player> both = AdversarialPair::players();
      both[1].name = both[0].name;
      return both;
    }
  } twins;
  EXPECT_THROW(learners_of(twins, {}), Bug);
  class Nobody : public AdversarialPair {
   public:
    std::vector<models::Player> players() override { return {}; }
  } nobody;
  EXPECT_THROW(learners_of(nobody, {}), Bug);
}

TEST(Learners, AParameterOfNobodyIsABug) {
  class Forgetful : public AdversarialPair {
   public:
    std::vector<models::Player> players() override { return {AdversarialPair::players()[0]}; }
  } forgetful;
  EXPECT_THROW(learners_of(forgetful, {}), Bug);
}

TEST(Learners, StepsOfATermAreThoseOfItsPlayer) {
  AdversarialPair model;
  const Learners learners = learners_of(model, {});
  for (const std::int64_t first : {0, 1, 4, 7}) {
    for (const std::int64_t count : {0, 1, 2, 5, 8}) {
      std::int64_t even = 0;
      for (std::int64_t step = first; step < first + count; ++step) {
        even += step % 2 == 0 ? 1 : 0;
      }
      EXPECT_EQ(steps_of_term(learners, "generator.loss", first, count), even);
      EXPECT_EQ(steps_of_term(learners, "discriminator.fake", first, count), count);
    }
  }
  EXPECT_THROW(steps_of_term(learners, "loss", 0, 1), Bug);
}

/// Cells of one feature around 2.
Matrix cells() {
  DenseMatrix x(120, 1);
  const Philox random(6, Purpose::simulation);
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    x.values[i] = 2 + 0.7F * random.normal(i);
  }
  return x;
}

TrainerOptions training_options() {
  return {.epochs = 6,
          .batch_size = 16,
          .learning_rate = 0.02,
          .schedule = "constant",
          .checkpoint_seconds = 0};
}

/// Sends SIGTERM after so many steps.
class StopAfter : public TrainingObserver {
 public:
  explicit StopAfter(std::int64_t step) : step_(step) {}
  void step_done(std::int64_t step, std::int64_t) override {
    if (step == step_) {
      std::raise(SIGTERM);
    }
  }

 private:
  std::int64_t step_;
};

class TrainingInTurn : public testing::Test {
 protected:
  TrainingSetup setup(TrainingObserver* observer = nullptr) const {
    return {
        .seed = 5, .checkpoint_file = folder_.path("checkpoint.safetensors"), .observer = observer};
  }

  TemporaryFolder folder_;
  Matrix data_ = cells();
  MatrixBatches batches_{data_};
  Phase main_{.name = "main", .epochs = 6};
};

TEST_F(TrainingInTurn, StoppingAndResumingChangesNoBit) {
  AdversarialPair whole;
  Trainer uninterrupted(whole, batches_, training_options(), {.seed = 5});
  uninterrupted.run(main_);
  for (const std::int64_t stop : {1, 2, 9, 30}) {
    std::filesystem::remove(setup().checkpoint_file);
    const InterruptGuard guard;
    AdversarialPair first;
    StopAfter stopper(stop);
    Trainer interrupted(first, batches_, training_options(), setup(&stopper));
    EXPECT_THROW(interrupted.run(main_), Interrupted);
    clear_interrupt();
    AdversarialPair second;
    Trainer resumed(second, batches_, training_options(), setup());
    EXPECT_TRUE(resumed.resume());
    resumed.run(main_);
    EXPECT_TRUE(torch::equal(second.state(), whole.state())) << "stopped at " << stop;
    EXPECT_EQ(resumed.history().epochs.back().training,
              uninterrupted.history().epochs.back().training);
  }
}

TEST_F(TrainingInTurn, TermsAreMeansOverTheStepsOfTheirPlayer) {
  AdversarialPair model;
  TrainerOptions options = training_options();
  options.learning_rate = 0;  // so that every step has the losses of the first parameters
  Trainer trainer(model, batches_, options, {.seed = 5});
  const History& history = trainer.run({.name = "main", .epochs = 2});
  AdversarialPair same;
  const std::int64_t steps = history.epochs[0].step;
  for (std::size_t epoch = 0; epoch < 2; ++epoch) {
    double sum = 0;
    int taken = 0;
    for (std::int64_t step = static_cast<std::int64_t>(epoch) * steps;
         step < static_cast<std::int64_t>(epoch + 1) * steps; ++step) {
      if (step % 2 == 0) {
        models::Batch batch;
        batch.only().x = torch::zeros({16, 1});
        batch.step = static_cast<std::uint64_t>(step);
        sum += same.generator_loss(batch)[0].second.item<double>();
        ++taken;
      }
    }
    const auto place = std::ranges::find(history.training_terms, "generator.loss");
    ASSERT_NE(place, history.training_terms.end());
    EXPECT_NEAR(history.epochs[epoch]
                    .training[static_cast<std::size_t>(place - history.training_terms.begin())],
                sum / taken, 1e-6);
  }
}

TEST_F(TrainingInTurn, CheckpointsKeepMomentsByPlayerAndName) {
  AdversarialPair model;
  Trainer trainer(model, batches_, training_options(), setup());
  trainer.run(main_);
  const TensorFile file = read_safetensors(setup().checkpoint_file);
  std::vector<std::string> names;
  for (const auto& [name, tensor] : file.tensors) {
    names.push_back(name);
  }
  EXPECT_THAT(names,
              testing::IsSupersetOf(
                  {"buffer.steps_seen", "parameter.discriminator.discriminator",
                   "parameter.generator.generator", "first_moment.discriminator.discriminator",
                   "second_moment.discriminator.discriminator", "first_moment.generator.generator",
                   "second_moment.generator.generator"}));
  EXPECT_TRUE(torch::equal(file.tensors.at("parameter.generator.generator"),
                           parameter_of(model, "generator").detach()));
  EXPECT_EQ(file.tensors.at("first_moment.discriminator.discriminator").numel(), 3);
  EXPECT_GT(file.tensors.at("second_moment.generator.generator").abs().max().item<float>(), 0);
  const std::int64_t steps = trainer.history().epochs.back().step;
  EXPECT_EQ(file.metadata.at("optimiser-steps.discriminator"), std::to_string(steps));
  EXPECT_EQ(file.metadata.at("optimiser-steps.generator"), std::to_string((steps + 1) / 2));
}

TEST_F(TrainingInTurn, EarlyStoppingHeedsTheTermThatTheModelNames) {
  TrainerOptions options = training_options();
  options.early_stopping = true;
  options.patience = 4;
  AdversarialPair model;
  Trainer trainer(model, batches_, options, {.seed = 5});
  const History& history = trainer.run({.name = "main", .epochs = 400});
  ASSERT_THAT(history.validation_terms, ElementsAre("loss", "mean_difference"));
  ASSERT_LT(history.epochs.size(), 400U);
  const auto lowest = [&history](std::size_t term) {
    return std::ranges::min_element(
               history.epochs, {},
               [term](const EpochRecord& record) { return record.validation[term]; }) -
           history.epochs.begin();
  };
  const auto epochs = static_cast<std::ptrdiff_t>(history.epochs.size());
  EXPECT_EQ(lowest(1), epochs - 1 - 4);
  EXPECT_NE(lowest(0), epochs - 1 - 4) << "the loss would stop there too";
  const auto terms = model.validation_loss(batches_.evaluation_batch(trainer.split().validation));
  EXPECT_DOUBLE_EQ(terms[1].second.item<double>(),
                   history.epochs[static_cast<std::size_t>(lowest(1))].validation[1]);
}

TEST_F(TrainingInTurn, AMonitorThatValidationDoesNotReportIsABug) {
  class Unwatched : public AdversarialPair {
   public:
    std::string monitor() const override { return "nothing"; }
  } model;
  Trainer trainer(model, batches_, training_options(), {.seed = 5});
  EXPECT_THROW(trainer.run(main_), Bug);
}

}  // namespace
}  // namespace mixvae::training
