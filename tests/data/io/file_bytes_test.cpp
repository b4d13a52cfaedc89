#include "data/io/file_bytes.hpp"

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

namespace mixvae {
namespace file_bytes_test {

using ::testing::HasSubstr;

std::string refusal_of(const std::string& path) {
  return support::refusal<InputError>([&] { first_bytes(path, 4); });
}

TEST(FileBytes, OnlyFilesAreRead) {
  const support::TemporaryFolder folder;
  EXPECT_THAT(refusal_of(folder.path("none")), HasSubstr("there is no such file"));
  EXPECT_THAT(refusal_of(folder.path()), HasSubstr("found: a directory"));
  EXPECT_THAT(refusal_of("/dev/null"), HasSubstr("found: a pipe or a device"));
}

TEST(FileBytes, APipeIsRefusedAndNotWaitedFor) {
  const support::TemporaryFolder folder;
  const std::string pipe = folder.path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(refusal_of(pipe), HasSubstr("which can be read more than once\n  where: " + pipe));
}

}  // namespace file_bytes_test
}  // namespace mixvae
