#include "fit/stages.hpp"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "base/log.hpp"
#include "fit/fit.hpp"
#include "support/fit_settings.hpp"
#include "support/simulated_cells.hpp"

namespace mixvae::fit {
namespace {

using ::testing::ElementsAre;
using ::testing::Gt;

/// Writes down what it is told.
struct Listener : StageObserver {
  std::vector<std::string> told;
  std::vector<std::vector<Stage>> expected;

  void stage_began(const Stage& stage) override {
    told.push_back(std::to_string(stage.number) + "/" + std::to_string(stage.count) + " " +
                   stage.name);
  }
  void stage_ended(const Stage& stage, double seconds) override {
    EXPECT_GE(seconds, 0);
    told.push_back(stage.name + " ends");
  }
  void expects(const std::vector<Stage>& stages) override { expected.push_back(stages); }
};

std::vector<std::string> names_of(const std::vector<Stage>& stages) {
  std::vector<std::string> names;
  for (const Stage& stage : stages) {
    names.push_back(stage.name);
  }
  return names;
}

FitOptions short_options() {
  FitOptions options = support::quick_options();
  options.settings.components = 5;
  options.training.epochs = 4;
  options.training.batch_size = 60;
  return options;
}

TEST(Stages, AreToldInTheirOrderWithNumbers) {
  Listener listener;
  Stages stages({"one", "two", "three"}, &listener);
  int runs = 0;
  stages.run("one", [&runs] { ++runs; });
  EXPECT_EQ(stages.present(), "");
  stages.begin("two");
  EXPECT_EQ(stages.present(), "two");
  stages.begin("three");
  stages.end();
  stages.end();
  EXPECT_EQ(runs, 1);
  EXPECT_THAT(listener.told,
              ElementsAre("1/3 one", "one ends", "2/3 two", "two ends", "3/3 three", "three ends"));
}

TEST(Stages, WhatIsExpectedIsToldOfThePresentStageAndLaterOnes) {
  Listener listener;
  Stages stages({"one", "two", "three"}, &listener);
  stages.run("one", [] {});
  stages.begin("two");
  stages.expect("two", 3);
  stages.expect("none of them", 9);
  stages.tell_expected();
  ASSERT_EQ(listener.expected.size(), 1U);
  EXPECT_THAT(names_of(listener.expected[0]), ElementsAre("two", "three"));
  EXPECT_EQ(listener.expected[0][0].expected, 3);
  EXPECT_EQ(listener.expected[0][1].expected, 0);
}

TEST(Stages, OneThatIsNotPlannedIsABug) {
  Stages stages({"one"});
  EXPECT_THROW(stages.begin("two"), Bug);
}

TEST(Stages, ASignalEndsTheProgramAmidOne) {
  const pid_t child = ::fork();
  if (child == 0) {
    set_log_sink([](LogLevel, std::string_view) {});
    const InterruptGuard guard;
    Stages stages({"one"}, nullptr, [] { ::_exit(7); });
    stages.run("one", [] {
      std::raise(SIGINT);
      ::sleep(60);
    });
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 7) << "tidied up first";
}

TEST(Stages, OfAFitAreThoseThatHappen) {
  Listener listener;
  FitSurroundings surroundings;
  surroundings.stages = &listener;
  fit(support::simulated_cells(), short_options(), 1, surroundings);
  EXPECT_THAT(
      listener.told,
      ElementsAre("1/6 preparing", "preparing ends", "2/6 neighbours", "neighbours ends",
                  "3/6 first clustering", "first clustering ends", "4/6 training", "training ends",
                  "5/6 states", "states ends", "6/6 confidence", "confidence ends"));
}

TEST(Stages, WithoutStartStatesAndCopiesThereAreTwo) {
  Listener listener;
  FitSurroundings surroundings;
  surroundings.stages = &listener;
  FitOptions options = short_options();
  support::set(options, "start", "none");
  support::set(options, "state-epochs", "0");
  options.copies.augment = "none";
  fit(support::simulated_cells(), options, 1, surroundings);
  EXPECT_THAT(listener.told,
              ElementsAre("1/2 preparing", "preparing ends", "2/2 training", "training ends"));
}

TEST(Stages, OfPairsOfCellsHaveOneOfTheirOwn) {
  Listener listener;
  FitSurroundings surroundings;
  surroundings.stages = &listener;
  FitOptions options = short_options();
  options.similarity.similarity = "knn";
  fit(support::simulated_cells(), options, 1, surroundings);
  EXPECT_THAT(listener.told, ::testing::Contains("4/7 similarity"));
}

TEST(Stages, AllOfThemAreExpectedBeforeTheLongWork) {
  Listener listener;
  FitSurroundings surroundings;
  surroundings.stages = &listener;
  fit(support::simulated_cells(), short_options(), 1, surroundings);
  ASSERT_EQ(listener.expected.size(), 2U);
  EXPECT_THAT(names_of(listener.expected[0]),
              ElementsAre("preparing", "neighbours", "first clustering", "training", "states",
                          "confidence"));
  EXPECT_THAT(names_of(listener.expected[1]), ElementsAre("training", "states", "confidence"));
  for (const auto& stages : listener.expected) {
    for (const Stage& stage : stages) {
      EXPECT_THAT(stage.expected, Gt(0)) << stage.name;
    }
  }
}

}  // namespace
}  // namespace mixvae::fit
