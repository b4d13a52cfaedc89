#include "training/schedule.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::training {
namespace {

TEST(Schedule, ConstantIsOne) {
  EXPECT_EQ(schedule_factor("constant", 0, 0, 10), 1);
  EXPECT_EQ(schedule_factor("constant", 0, 9, 10), 1);
}

TEST(Schedule, CosineFallsFromOneThroughAHalf) {
  EXPECT_EQ(schedule_factor("cosine", 0, 0, 100), 1);
  EXPECT_NEAR(schedule_factor("cosine", 0, 50, 100), 0.5, 1e-12);
  EXPECT_LT(schedule_factor("cosine", 0, 99, 100), 0.001);
}

TEST(Schedule, OneCycleRisesThenFalls) {
  EXPECT_NEAR(schedule_factor("one-cycle", 0, 0, 1000), 0.04, 1e-12);
  EXPECT_NEAR(schedule_factor("one-cycle", 0, 150, 1000), 0.52, 1e-12);
  EXPECT_NEAR(schedule_factor("one-cycle", 0, 300, 1000), 1, 1e-12);
  EXPECT_NEAR(schedule_factor("one-cycle", 0, 650, 1000), 0.50005, 1e-12);
  EXPECT_LT(schedule_factor("one-cycle", 0, 999, 1000), 2e-4);
}

TEST(Schedule, WarmUpRisesLinearlyAndNeverStartsAtZero) {
  EXPECT_NEAR(schedule_factor("constant", 0.1, 0, 100), 0.1, 1e-12);
  EXPECT_NEAR(schedule_factor("constant", 0.1, 4, 100), 0.5, 1e-12);
  EXPECT_EQ(schedule_factor("constant", 0.1, 10, 100), 1);
}

TEST(Schedule, AnUnknownNameIsABug) { EXPECT_THROW(schedule_factor("step", 0, 0, 1), Bug); }

}  // namespace
}  // namespace mixvae::training
