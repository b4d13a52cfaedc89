#include "base/atomic_file.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/file_calls.hpp"

namespace mixvae {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class AtomicFileTest : public testing::Test {
 protected:
  AtomicFileTest() {
    std::string pattern = testing::TempDir() + "mixvae-atomic-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ + "/model.bin";
  }
  ~AtomicFileTest() override {
    set_file_fault({});
    fs::remove_all(folder_);
  }

  static std::string content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  template <class Action>
  static std::string refusal(Action&& action) {
    try {
      action();
    } catch (const SystemError& error) {
      EXPECT_EQ(error.exit_code(), 4);
      return error.what();
    }
    return "accepted";
  }

  std::string folder_;
  std::string path_;
};

TEST_F(AtomicFileTest, ReplacesTheContentAndLeavesNothingElse) {
  write_atomically(path_, "old");
  write_atomically(path_, "new");
  EXPECT_EQ(content(path_), "new");
  EXPECT_EQ(files(), 1U);
}

TEST_F(AtomicFileTest, JoinsSmallAndLargePieces) {
  const std::string large(3 << 20, 'x');
  AtomicFile file(path_);
  file.write("head");
  file.write(large);
  file.write("tail");
  EXPECT_FALSE(fs::exists(path_));
  file.commit();
  EXPECT_EQ(content(path_), "head" + large + "tail");
}

TEST_F(AtomicFileTest, WithoutCommitNothingChanges) {
  write_atomically(path_, "old");
  {
    AtomicFile file(path_);
    file.write("new");
    EXPECT_EQ(files(), 2U);
  }
  EXPECT_EQ(content(path_), "old");
  EXPECT_EQ(files(), 1U);
}

TEST_F(AtomicFileTest, CommitsWhatAnotherWriterPutUnderTheTemporaryName) {
  AtomicFile file(path_);
  std::ofstream(file.temporary(), std::ios::binary | std::ios::trunc) << "by name";
  file.commit();
  EXPECT_EQ(content(path_), "by name");
}

// Every call of one save fails once, with each of three reasons.
TEST_F(AtomicFileTest, AFaultAtAnyCallLeavesTheOldFileAndNoTemporary) {
  const std::string old(5000, 'o');
  write_atomically(path_, old);
  int calls = 0;
  const auto save = [this] {
    AtomicFile file(path_);
    for (int piece = 0; piece < 40; ++piece) {
      file.write(std::string(600000, 'n'));
    }
    file.commit();
  };
  set_file_fault([&](FileCall) { return ++calls, 0; });
  save();
  const int total = calls;
  ASSERT_GE(total, 20);
  for (const int number : {EIO, ENOSPC, EACCES}) {
    for (int failing = 1; failing <= total; ++failing) {
      set_file_fault({});
      write_atomically(path_, old);
      int call = 0;
      set_file_fault([&](FileCall) { return ++call == failing ? number : 0; });
      const std::string message = refusal(save);
      EXPECT_THAT(message, HasSubstr(path_));
      EXPECT_THAT(message, HasSubstr("errno " + std::to_string(number)));
      if (failing < total) {
        EXPECT_EQ(content(path_), old) << "call " << failing;
      }
      EXPECT_EQ(files(), 1U) << "call " << failing;
    }
  }
}

TEST_F(AtomicFileTest, RefusesAMissingFolderAFolderAndADevice) {
  EXPECT_THAT(refusal([&] { require_writable(folder_ + "/no/such/file"); }),
              HasSubstr("make the folder first"));
  EXPECT_THAT(refusal([&] { require_writable(folder_); }), HasSubstr("a folder of that name"));
  EXPECT_THAT(refusal([] { require_writable("/dev/null"); }), HasSubstr("a device"));
}

TEST_F(AtomicFileTest, ProbingLeavesNoTrace) {
  require_writable(path_);
  EXPECT_EQ(files(), 0U);
}

TEST_F(AtomicFileTest, KeepsPermissionsAndSymbolicLinks) {
  write_atomically(path_, "old");
  ASSERT_EQ(::chmod(path_.c_str(), 0640), 0);
  const std::string link = folder_ + "/link";
  fs::create_symlink(path_, link);
  write_atomically(link, "new");
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(content(path_), "new");
  EXPECT_EQ(static_cast<unsigned>(fs::status(path_).permissions()), 0640U);
}

TEST_F(AtomicFileTest, RemovesOnlyTemporariesOfProcessesThatAreGone) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  const std::string stale = path_ + "." + std::to_string(child) + "-7-0.tmp";
  const std::string earlier = path_ + "." + std::to_string(::getpid()) + "-7-0.tmp";
  const std::string foreign = path_ + ".notes.tmp";
  std::ofstream(stale) << "half";
  std::ofstream(earlier) << "half";
  std::ofstream(foreign) << "kept";
  const AtomicFile mine(path_);  // opening an output cleans up
  EXPECT_FALSE(fs::exists(stale));
  EXPECT_FALSE(fs::exists(earlier));
  EXPECT_TRUE(fs::exists(foreign));
  EXPECT_TRUE(fs::exists(mine.temporary()));
}

}  // namespace
}  // namespace mixvae
