#include "training/trainer_options.hpp"

#include <set>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::training {
namespace {

TEST(TrainerOptions, EveryOptionIsNamedOnceAndExplained) {
  TrainerOptions trainer;
  std::set<std::string> names;
  for (const Option& option : options(trainer)) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    EXPECT_GT(option.meaning.size(), 20U) << option.name;
  }
}

TEST(TrainerOptions, AreSetFromText) {
  TrainerOptions trainer;
  const Options all = options(trainer);
  set_option(find_option(all, "epochs"), "12");
  set_option(find_option(all, "schedule"), "one-cycle");
  EXPECT_EQ(trainer.epochs, 12);
  EXPECT_EQ(trainer.schedule, "one-cycle");
  set_option(find_option(all, "epochs"), "auto");
  EXPECT_FALSE(trainer.epochs.has_value());
  EXPECT_THROW(set_option(find_option(all, "schedule"), "steps"), UsageError);
  EXPECT_THROW(set_option(find_option(all, "batch-size"), "1"), UsageError);
}

TEST(TrainerOptions, AutomaticValuesFollowTheirRules) {
  const TrainerOptions trainer;
  EXPECT_EQ(batch_size_for(trainer, 40), 40);
  EXPECT_EQ(batch_size_for(trainer, 2700), 512);
  EXPECT_EQ(epochs_for(trainer, 2700), 200);
  EXPECT_EQ(epochs_for(trainer, 40), 1000);
  EXPECT_EQ(epochs_for(trainer, 100'000'000), 10);
}

TEST(TrainerOptions, StepsAreMadeInWholeEpochs) {
  const TrainerOptions trainer{.steps = 20'000, .batch_size = 128};
  EXPECT_EQ(epochs_for(trainer, 54'000), 48);  // of 421 steps
  EXPECT_EQ(epochs_for(trainer, 300), 10'000);
  EXPECT_EQ(epochs_for(trainer, 128 * 20'000), 1);
}

TEST(TrainerOptions, GivenValuesWin) {
  const TrainerOptions trainer{.epochs = 7, .batch_size = 33};
  EXPECT_EQ(batch_size_for(trainer, 10), 33);
  EXPECT_EQ(epochs_for(trainer, 10), 7);
}

TEST(StepsPerEpoch, CountsFullBatches) {
  EXPECT_EQ(steps_per_epoch(100, 30), 3);
  EXPECT_EQ(steps_per_epoch(10, 30), 1);
}

}  // namespace
}  // namespace mixvae::training
