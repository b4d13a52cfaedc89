#include "app/stage_progress.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/training_progress.hpp"
#include "base/log.hpp"

namespace mixvae::app {
namespace {

using ::testing::HasSubstr;

struct StageProgressTest : ::testing::Test {
  std::ostringstream stream;
  std::string logged;
  ProgressOutput output{
      .stream = &stream, .terminal = false, .width = 80, .seconds = [] { return 0.0; }};
  TrainingProgress training{output};
  StageProgress progress{training, output};

  StageProgressTest() {
    set_log_sink([this](LogLevel, std::string_view text) { logged.append(text).append("\n"); });
  }
  ~StageProgressTest() override { set_log_sink({}); }
};

TEST_F(StageProgressTest, TellsWhatAStageIsExpectedToTakeAndTook) {
  const fit::Stage stage{.name = "start", .number = 3, .count = 5, .expected = 90};
  progress.stage_began(stage);
  progress.stage_ended(stage, 75);
  EXPECT_EQ(logged,
            "stage 3 of 5, start: about 1 min 30 s\nstage 3 of 5, start: took 1 min 15 s\n");
}

TEST_F(StageProgressTest, TellsOfAllStagesToCome) {
  progress.expects({{.name = "preparing", .expected = 2},
                    {.name = "neighbours"},
                    {.name = "start", .expected = 60}});
  EXPECT_EQ(
      logged,
      "the whole fit takes about 1 min 02 s from now on: preparing 2.0 s, start 1 min 00 s\n");
}

TEST_F(StageProgressTest, StepsAreThoseOfTheStage) {
  const fit::Stage stage{.name = fit::kStates, .number = 5, .count = 5, .expected = 90};
  progress.stage_began(stage);
  training.step_done(1, 2);
  progress.stage_ended(stage, 1);
  EXPECT_THAT(stream.str(), HasSubstr("states: 1/2 steps"));
}

TEST(StageText, TellsTheTimeLeft) {
  fit::Stage stage{.name = "start"};
  EXPECT_EQ(stage_text(stage, 12), "start: 12.0 s");
  stage.expected = 42;
  EXPECT_EQ(stage_text(stage, 12), "start: 12.0 s of about 42.0 s, 30.0 s left");
  EXPECT_EQ(stage_text(stage, 50), "start: 50.0 s of about 42.0 s, longer than expected");
}

}  // namespace
}  // namespace mixvae::app
