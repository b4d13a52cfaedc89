#include "base/interrupt.hpp"

#include <csignal>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/parallel.hpp"

namespace mixvae {
namespace {

/// Runs the body in a child process and returns how that ended.
int status_of_child(const std::function<void()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    body();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

class InterruptTest : public testing::TestWithParam<int> {
 protected:
  ~InterruptTest() override { clear_interrupt(); }
};

TEST_P(InterruptTest, OneSignalIsRememberedAndThrown) {
  const InterruptGuard guard;
  EXPECT_EQ(interrupt_signal(), 0);
  throw_if_interrupted();
  std::raise(GetParam());
  EXPECT_EQ(interrupt_signal(), GetParam());
  try {
    throw_if_interrupted();
    FAIL() << "not thrown";
  } catch (const Interrupted& error) {
    EXPECT_EQ(error.exit_code(), 128 + GetParam());
  }
}

TEST_P(InterruptTest, ASecondSignalEndsTheProgram) {
  const int status = status_of_child([] {
    const InterruptGuard guard;
    std::raise(GetParam());
    std::raise(GetParam());
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), GetParam());
}

TEST_P(InterruptTest, TheFormerHandlingReturns) {
  const int status = status_of_child([] {
    { const InterruptGuard guard; }
    std::raise(GetParam());
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), GetParam());
}

TEST_P(InterruptTest, AnIgnoredSignalStaysIgnored) {
  const int status = status_of_child([] {
    std::signal(GetParam(), SIG_IGN);
    const InterruptGuard guard;
    std::raise(GetParam());
    ::_exit(interrupt_signal());
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_P(InterruptTest, WorkThatLeavesNothingBehindEndsAtOnce) {
  const int status = status_of_child([] {
    const InterruptGuard guard;
    set_log_sink([](LogLevel, std::string_view) {});
    const EndAtOnce at_once;
    std::raise(GetParam());
    ::sleep(60);
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 128 + GetParam());
}

TEST_P(InterruptTest, BeforeItEndsAtOnceTheProgramTidiesUp) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);
  status_of_child([&ends] {
    const InterruptGuard guard;
    set_log_sink([&ends](LogLevel level, std::string_view message) {
      const bool told = level == LogLevel::error && message.starts_with("interrupted by signal");
      static_cast<void>(::write(ends[1], told ? "b" : "?", 1));
    });
    const EndAtOnce at_once([&ends] { static_cast<void>(::write(ends[1], "a", 1)); });
    std::raise(GetParam());
    ::sleep(60);
  });
  char told[3] = {};
  EXPECT_EQ(::read(ends[0], told, 2), 2);
  EXPECT_STREQ(told, "ab");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_P(InterruptTest, OutsideSuchWorkTheProgramIsNotEnded) {
  const InterruptGuard guard;
  {
    const EndAtOnce at_once([] { ::_exit(1); });
  }
  std::raise(GetParam());
  ::usleep(200'000);
  EXPECT_EQ(interrupt_signal(), GetParam());
  EXPECT_THROW(EndAtOnce(), Interrupted) << "and such work does not begin any more";
}

TEST_P(InterruptTest, OfALibraryASecondSignalIsRememberedToo) {
  const SignalUse former = set_signal_use(SignalUse::ends_call);
  {
    const InterruptGuard guard;
    std::raise(GetParam());
    std::raise(GetParam());
    EXPECT_EQ(interrupt_signal(), GetParam());
  }
  EXPECT_EQ(set_signal_use(former), SignalUse::ends_call);
}

TEST_P(InterruptTest, OfALibraryLoopsEndByAnException) {
  const SignalUse former = set_signal_use(SignalUse::ends_call);
  const InterruptGuard guard;
  std::int64_t done = 0;
  const auto work = [&done](std::int64_t begin, std::int64_t end) { done += end - begin; };
  {
    const EndAtOnce at_once([] { ::_exit(1); });
    parallel_for(1, 1, work);
    std::raise(GetParam());
    EXPECT_THROW(parallel_for(1, 1, work), Interrupted);
    EXPECT_THROW(parallel_tasks(3, [&done](std::int64_t) { ++done; }), Interrupted);
  }
  EXPECT_EQ(done, 1);
  parallel_for(1, 1, work);  // such as the writing of a checkpoint
  EXPECT_EQ(done, 2);
  set_signal_use(former);
}

TEST_P(InterruptTest, SignalsThatAreLeftAloneGoToOthers) {
  const int status = status_of_child([] {
    set_signal_use(SignalUse::left_alone);
    const InterruptGuard guard;
    const EndAtOnce at_once;
    std::raise(GetParam());
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Signals, InterruptTest, testing::Values(SIGINT, SIGTERM));

}  // namespace
}  // namespace mixvae
