#include "base/file_lock.hpp"

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file_calls.hpp"
#include "base/log.hpp"

namespace mixvae {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct FileLocks : ::testing::Test {
  fs::path file = fs::path(::testing::TempDir()) /
                  (std::string("mixvae lock ") +
                   ::testing::UnitTest::GetInstance()->current_test_info()->name());
  FileLocks() { fs::remove(file); }
  ~FileLocks() override {
    set_file_fault({});
    fs::remove(file);
  }
  std::string refusal() const {
    try {
      const FileLock lock(file.string(), {.what = "taken", .hint = "wait"});
    } catch (const Error& error) {
      return std::to_string(error.exit_code()) + " " + error.what();
    }
    return "locked";
  }
};

TEST_F(FileLocks, OneAtATimeAndNothingIsLeft) {
  {
    const FileLock lock(file.string(), {});
    EXPECT_THAT(refusal(),
                AllOf(HasSubstr("2 taken"), HasSubstr("process " + std::to_string(::getpid())),
                      HasSubstr("holds " + file.string()), HasSubstr("wait")));
    EXPECT_TRUE(fs::exists(file)) << "who is refused leaves the holder's file";
  }
  EXPECT_FALSE(fs::exists(file));
  EXPECT_EQ(refusal(), "locked");
}

TEST_F(FileLocks, AKilledHolderLocksNobodyOut) {
  int ready[2] = {};
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    const FileLock lock(file.string(), {});
    static_cast<void>(::write(ready[1], "x", 1));
    ::pause();
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_THAT(refusal(), HasSubstr("process " + std::to_string(holder)));
  ::kill(holder, SIGKILL);
  ASSERT_EQ(::waitpid(holder, nullptr, 0), holder);
  EXPECT_TRUE(fs::exists(file));
  EXPECT_EQ(refusal(), "locked");
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(FileLocks, WhereFilesCannotBeLockedNobodyIsKeptOutAndSoSays) {
  for (const int number : {ENOLCK, EOPNOTSUPP}) {
    set_file_fault([number](FileCall call) { return call == FileCall::lock ? number : 0; });
    std::vector<std::string> warnings;
    set_log_sink([&warnings](LogLevel level, std::string_view message) {
      EXPECT_EQ(level, LogLevel::warning);
      warnings.emplace_back(message);
    });
    {
      const FileLock lock(file.string(), {});
      EXPECT_EQ(refusal(), "locked");
    }
    set_log_sink({});
    EXPECT_THAT(warnings,
                ElementsAre(AllOf(HasSubstr("cannot be locked here"), HasSubstr(file.string()),
                                  HasSubstr(std::generic_category().message(number))),
                            HasSubstr("cannot be locked here")));
    EXPECT_FALSE(fs::exists(file)) << "nothing is left";
  }
}

TEST_F(FileLocks, ASignalWhileLockingIsNoFault) {
  int calls = 0;
  set_file_fault(
      [&calls](FileCall call) { return call == FileCall::lock && ++calls < 3 ? EINTR : 0; });
  EXPECT_EQ(refusal(), "locked");
  EXPECT_EQ(calls, 3);
}

TEST_F(FileLocks, AFileThatCannotBeMadeIsAFaultOfTheSystem) {
  set_file_fault([](FileCall call) { return call == FileCall::open ? EACCES : 0; });
  EXPECT_THAT(refusal(),
              AllOf(HasSubstr("4 cannot write"), HasSubstr("folder that you may write")));
}

}  // namespace
}  // namespace mixvae
