#include "base/progress.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.hpp"

namespace mixvae {
namespace {

using testing::HasSubstr;
using testing::Not;

class ProgressTest : public testing::Test {
 protected:
  ProgressOutput output(bool terminal, int width = 80) {
    return {.stream = &stream_, .terminal = terminal, .width = width, .seconds = [this] {
              return now_;
            }};
  }
  std::ostringstream stream_;
  double now_ = 100;
};

TEST_F(ProgressTest, PlainOutputIsOneLinePerTenSecondsWithoutControlCharacters) {
  {
    Progress progress("training", "steps", 1000, 0, output(false));
    for (int step = 1; step <= 1000; ++step) {
      now_ += 0.0625;
      progress.update(step, "loss 3.5");
    }
  }
  const std::string text = stream_.str();
  EXPECT_LE(std::ranges::count(text, '\n'), 7);
  EXPECT_GE(std::ranges::count(text, '\n'), 6);
  EXPECT_TRUE(
      std::ranges::all_of(text, [](unsigned char c) { return c == '\n' || std::isprint(c); }));
  EXPECT_THAT(text, HasSubstr("training: 160/1,000 steps, 16/s, 52.5 s left, loss 3.5\n"));
  EXPECT_THAT(text, HasSubstr("1,000/1,000 steps, 16/s, took 1 min 03 s"));
}

TEST_F(ProgressTest, AnotherStreamTakesProgressAndMessages) {
  set_progress_stream(&stream_, true);
  set_log_stream(&stream_);
  {
    Progress progress("training", "steps", 2);
    progress.update(2);
    progress.finish();
    log_warning("too few cells");
  }
  set_progress_stream(nullptr);
  set_log_stream(nullptr);
  EXPECT_THAT(stream_.str(), testing::StartsWith("\rtraining ["));
  EXPECT_THAT(stream_.str(), testing::EndsWith("\nwarning: too few cells\n"));
  EXPECT_NE(ProgressOutput::standard_error().stream, &stream_);
}

TEST_F(ProgressTest, SilentOutputShowsNothing) {
  ProgressOutput silent = output(true);
  silent.silent = true;
  {
    Progress progress("training", "steps", 100, 0, silent);
    now_ += 50;
    progress.update(50);
  }
  EXPECT_EQ(stream_.str(), "");
}

TEST_F(ProgressTest, WhereNewsAreNotLoggedNothingIsShown) {
  set_log_level(LogLevel::warning);
  EXPECT_TRUE(ProgressOutput::standard_error().silent);
  set_log_level(LogLevel::info);
  EXPECT_FALSE(ProgressOutput::standard_error().silent);
}

TEST_F(ProgressTest, ATerminalGetsABarThatFitsTheLine) {
  Progress progress("training", "steps", 100, 0, output(true, 60));
  now_ += 5;
  progress.update(50);
  const std::string text = stream_.str();
  EXPECT_EQ(text.front(), '\r');
  EXPECT_EQ(std::ranges::count(text, '\n'), 0);
  const auto filled = std::ranges::count(text, '#');
  EXPECT_GT(filled, 4);
  EXPECT_NEAR(static_cast<double>(filled), static_cast<double>(std::ranges::count(text, '.')) - 1,
              2);
  EXPECT_LE(text.find('\x1b'), 60U);
  progress.finish();
  EXPECT_EQ(stream_.str().back(), '\n');
}

TEST_F(ProgressTest, TheRateAfterAResumeCountsOnlyNewWork) {
  Progress progress("training", "steps", 1000, 900, output(false));
  now_ += 10;
  progress.update(910);
  EXPECT_THAT(stream_.str(), HasSubstr("910/1,000 steps, 1.00/s, 1 min 30 s left"));
}

TEST_F(ProgressTest, ANarrowTerminalGetsTextOnly) {
  Progress progress("training", "steps", 100, 0, output(true, 20));
  now_ += 1;
  progress.update(10);
  EXPECT_THAT(stream_.str(), Not(HasSubstr("#")));
}

TEST_F(ProgressTest, NoWorkAtAllIsShownOnce) {
  { const Progress progress("training", "steps", 0, 0, output(true)); }
  EXPECT_THAT(stream_.str(), HasSubstr("0/0 steps"));
}

TEST(DurationText, ReadsWell) {
  EXPECT_EQ(duration_text(4.21), "4.2 s");
  EXPECT_EQ(duration_text(59.97), "1 min 00 s");
  EXPECT_EQ(duration_text(185), "3 min 05 s");
  EXPECT_EQ(duration_text(7620), "2 h 07 min");
}

}  // namespace
}  // namespace mixvae
