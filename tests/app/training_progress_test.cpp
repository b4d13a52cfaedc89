#include "app/training_progress.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mixvae::app {
namespace {

using ::testing::HasSubstr;

TEST(TrainingProgress, ShowsAPhaseAfterTheOther) {
  std::ostringstream stream;
  double now = 0;
  TrainingProgress progress(
      {.stream = &stream, .terminal = false, .width = 80, .seconds = [&now] { return now; }});
  training::History history;
  history.epochs.push_back({});
  history.epochs.back().training = {1.25};
  history.epochs.back().validation = {2.5};
  for (std::int64_t step = 1; step <= 4; ++step) {
    progress.step_done(step, 4);
    progress.epoch_done(history);
    now += 1;
  }
  progress.step_done(1, 6);
  progress.finish();
  EXPECT_THAT(stream.str(), HasSubstr("4/4 steps"));
  EXPECT_THAT(stream.str(), HasSubstr("loss 1.2500, validation 2.5000"));
  EXPECT_THAT(stream.str(), HasSubstr("1/6 steps"));
  EXPECT_EQ(stream.str().find('\r'), std::string::npos);
}

}  // namespace
}  // namespace mixvae::app
