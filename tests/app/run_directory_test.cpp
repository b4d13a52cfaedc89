#include "app/run_directory.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::app {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

struct RunDirectory : ::testing::Test {
  fs::path folder = fs::path(::testing::TempDir()) /
                    (std::string("mixvae run ") +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name());
  std::string config = "[fit]\ninput = '/a'\nstates = 2\nexclude = ['x']\nthreads = 1\n";

  RunDirectory() { fs::remove_all(folder); }
  ~RunDirectory() override { fs::remove_all(folder); }
  RunStart open(const std::string& text, bool force = false) const {
    return open_run_directory(folder.string(), text, force);
  }
  std::string refusal(const std::string& text) const {
    try {
      open(text);
    } catch (const Error& error) {
      return std::to_string(error.exit_code()) + " " + error.what();
    }
    return "accepted";
  }
  void begin() const {
    open(config);
    touch(kCheckpointName);
  }
  void touch(const std::string& name) const { std::ofstream(folder / name) << "x"; }
};

TEST_F(RunDirectory, ANewFolderStartsFreshWithItsSettings) {
  EXPECT_EQ(open(config), RunStart::fresh);
  EXPECT_TRUE(fs::exists(folder / kConfigName));
}

TEST_F(RunDirectory, IsNotCalledLikeAFile) {
  for (const char* name : {"x/annotated.h5ad", "types.CSV", "o.npz"}) {
    try {
      require_run_name(name);
      FAIL() << "accepted";
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr("a run is a folder"), HasSubstr(name),
                                      HasSubstr("such as --out run"), HasSubstr("mixvae assign")));
    }
  }
  EXPECT_NO_THROW(require_run_name("run"));
  EXPECT_NO_THROW(require_run_name("run.v2"));
  folder += ".csv";
  fs::create_directories(folder);
  EXPECT_NO_THROW(require_run_name(folder.string())) << "a folder already";
}

TEST_F(RunDirectory, OneProcessAtATimeWritesIt) {
  EXPECT_NO_THROW(require_unlocked(folder.string()));
  EXPECT_FALSE(fs::exists(folder)) << "asking makes no folder";
  {
    const FileLock lock = lock_run_directory(folder.string());
    EXPECT_EQ(open(config), RunStart::fresh);
    for (const auto& claim : {lock_run_directory, +[](const std::string& name) -> FileLock {
                                require_unlocked(name);
                                return lock_run_directory(name);
                              }}) {
      try {
        const FileLock second = claim(folder.string());
        ADD_FAILURE() << "accepted";
      } catch (const UsageError& error) {
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr("another program is writing a run"), HasSubstr(folder.string()),
                          HasSubstr("process"), HasSubstr("--out")));
      }
    }
  }
  EXPECT_NO_THROW(require_unlocked(folder.string()));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

TEST_F(RunDirectory, TheSameSettingsResume) {
  begin();
  EXPECT_EQ(open(config), RunStart::resume);
  EXPECT_EQ(open("[fit]\nexclude = ['x']\nstates = 2\ninput = '/moved'\nthreads = 8\n"),
            RunStart::resume);
}

TEST_F(RunDirectory, ARunThatNeverBeganIsReplaced) {
  open(config);
  EXPECT_EQ(open("[fit]\nstates = 3\n"), RunStart::fresh);
}

TEST_F(RunDirectory, WhatWasPreparedStaysUnlessForced) {
  open(config);
  touch(kPreparationName);
  EXPECT_EQ(open("[fit]\nstates = 3\n"), RunStart::fresh);
  EXPECT_TRUE(fs::exists(folder / kPreparationName));
  EXPECT_EQ(open("[fit]\nstates = 3\n", true), RunStart::fresh);
  EXPECT_FALSE(fs::exists(folder / kPreparationName));
}

TEST_F(RunDirectory, EndingAtOnceBringsTheFormerRunBackAndUnlocks) {
  begin();
  touch(kModelName);
  const FileLock lock = lock_run_directory(folder.string());
  open("[fit]\nstates = 3\n", true);
  touch(kPreparationName);
  tidy_run_directory(folder.string());
  EXPECT_TRUE(fs::exists(folder / kModelName));
  EXPECT_FALSE(fs::exists(folder / kPreparationName));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 3);
}

TEST_F(RunDirectory, OtherSettingsAreRefusedNamingTheDifference) {
  begin();
  EXPECT_THAT(refusal("[fit]\nstates = 3\nexclude = ['x']\n"),
              AllOf(HasSubstr("2 "), HasSubstr("states: the run has 2, asked for is 3"),
                    HasSubstr("--force")));
  EXPECT_THAT(refusal("[fit]\nstates = 2\n"), HasSubstr("exclude"));
  EXPECT_THAT(refusal("[fit]\nstates = 2\nexclude = ['x', 'y']\n"), HasSubstr("exclude"));
}

TEST_F(RunDirectory, AFinishedRunIsRefusedUnlessForced) {
  open(config);
  touch(kModelName);
  touch("my notes.txt");
  EXPECT_THAT(refusal(config), HasSubstr("finished"));
  EXPECT_EQ(open(config, true), RunStart::fresh);
  EXPECT_FALSE(fs::exists(folder / kModelName));
  EXPECT_TRUE(fs::exists(folder / "my notes.txt"));
}

TEST_F(RunDirectory, AForcedRunThatDoesNotBeginBringsTheFormerOneBack) {
  begin();
  touch(kModelName);
  {
    const FormerRun former(folder.string());
    EXPECT_EQ(open("[fit]\nstates = 3\n", true), RunStart::fresh);
    EXPECT_FALSE(fs::exists(folder / kModelName));
    EXPECT_FALSE(fs::exists(folder / kCheckpointName));
  }
  EXPECT_TRUE(fs::exists(folder / kModelName));
  EXPECT_TRUE(fs::exists(folder / kCheckpointName));
  EXPECT_THAT(refusal("[fit]\nstates = 3\n"), HasSubstr("the run has 2, asked for is 3"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 3);
}

TEST_F(RunDirectory, AForcedRunThatHasBegunReplacesTheFormerOne) {
  begin();
  touch(kModelName);
  {
    const FormerRun former(folder.string());
    open("[fit]\nstates = 3\n", true);
    touch(kCheckpointName);
  }
  EXPECT_FALSE(fs::exists(folder / kModelName));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 2);
}

TEST_F(RunDirectory, AKillLosesNoRun) {
  begin();
  touch(kModelName);
  open("[fit]\nstates = 3\n", true);  // killed here, before anything was learned
  EXPECT_THAT(refusal(config), HasSubstr("finished"));
  fs::create_directory(folder / ".former-run.moving");  // killed while files were moved
  fs::rename(folder / kModelName, folder / ".former-run.moving" / kModelName);
  EXPECT_THAT(refusal(config), HasSubstr("finished"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 3);
}

TEST_F(RunDirectory, OtherDataAreNotTakenForThoseTheRunBeganWith) {
  const std::string data = config + "[resolved]\ndata = 'aa'\n";
  open(data);
  touch(kCheckpointName);
  EXPECT_EQ(open(data), RunStart::resume);
  EXPECT_EQ(open(config), RunStart::resume);
  EXPECT_THAT(refusal(config + "[resolved]\ndata = 'ab'\n"),
              AllOf(HasSubstr("2 "), HasSubstr("other data"), HasSubstr("--force")));
}

TEST_F(RunDirectory, AFolderWithOtherFilesIsRefused) {
  fs::create_directories(folder);
  touch("thesis.tex");
  EXPECT_THAT(refusal(config), AllOf(HasSubstr("other files"), HasSubstr(folder.string())));
}

TEST_F(RunDirectory, AFileInItsPlaceIsRefused) {
  std::ofstream(folder) << "x";
  EXPECT_THAT(refusal(config), AllOf(HasSubstr("4 "), HasSubstr("cannot make the folder")));
}

TEST_F(RunDirectory, DamagedSettingsAreRefused) {
  begin();
  std::ofstream(folder / kConfigName) << "[fit\n";
  EXPECT_THAT(refusal(config), AllOf(HasSubstr("3 "), HasSubstr("cannot be read")));
}

TEST_F(RunDirectory, UsingARunNeedsAFinishedOne) {
  const auto refused = [this]() -> std::string {
    try {
      require_finished_run(folder.string());
    } catch (const InputError& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_THAT(refused(), AllOf(HasSubstr("there is no run here"), HasSubstr(folder.string()),
                               HasSubstr("the --out folder of mixvae fit")));
  fs::create_directories(folder);
  EXPECT_THAT(refused(), HasSubstr("the folder holds no run"));
  open(config);
  EXPECT_THAT(refused(), AllOf(HasSubstr("not finished"), HasSubstr("resumes it")));
  touch(kModelName);
  EXPECT_NO_THROW(require_finished_run(folder.string()));
}

}  // namespace
}  // namespace mixvae::app
