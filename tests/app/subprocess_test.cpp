#include "app/subprocess.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/interrupt.hpp"

namespace mixvae::app {
namespace {

struct Subprocess : ::testing::Test {
  std::string log = ::testing::TempDir() + "mixvae subprocess " +
                    ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".log";
  Subprocess() { std::filesystem::remove(log); }
  ~Subprocess() override { std::filesystem::remove(log); }
};

TEST_F(Subprocess, KeepsOutputLogAndExitCodeApart) {
  const ProcessResult result =
      run_process({"sh", "-c", "echo \"$1\"; echo trouble >&2; exit 3", "sh", "a  b"}, log);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.output, "a  b\n");
  std::ifstream file(log);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "trouble\n");
}

TEST_F(Subprocess, WhatAKilledProgramsChildStillWritesIsNotMixedIn) {
  const std::string held = log + ".held";
  std::ofstream(log + ".stdout") << "of the child";
  std::filesystem::create_hard_link(log + ".stdout", held);  // as the child's descriptor holds it
  EXPECT_EQ(run_process({"echo", "ours"}, log).output, "ours\n");
  std::ifstream file(held);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "of the child");
  std::filesystem::remove(held);
}

TEST_F(Subprocess, SaysWhichSignalEndedIt) {
  EXPECT_EQ(run_process({"sh", "-c", "kill -9 $$"}, log).exit_code, 137);
}

TEST_F(Subprocess, RefusesAProgramThatIsNotThere) {
  EXPECT_THROW(run_process({"/no/such program"}, log), SystemError);
}

TEST_F(Subprocess, PassesOnARequestToStop) {
  const InterruptGuard guard;
  std::raise(SIGTERM);
  EXPECT_THROW(run_process({"sleep", "20"}, log), Interrupted);
  clear_interrupt();
}

}  // namespace
}  // namespace mixvae::app
