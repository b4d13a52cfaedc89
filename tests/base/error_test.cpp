#include "base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mixvae {
namespace {

using ::testing::HasSubstr;

TEST(Fault, WritesOneLineForEachFilledField) {
  const Fault full{.what = "a", .where = "b", .found = "c", .expected = "d", .hint = "e"};
  EXPECT_EQ(full.text(), "a\n  where: b\n  found: c\n  expected: d\n  hint: e");
  EXPECT_EQ((Fault{.what = "a", .found = "c"}).text(), "a\n  found: c");
}

TEST(Error, CarriesFaultAndExitCode) {
  EXPECT_EQ(UsageError({.what = "x"}).exit_code(), 2);
  EXPECT_EQ(InputError({.what = "x"}).exit_code(), 3);
  EXPECT_EQ(SystemError({.what = "x"}).exit_code(), 4);
  EXPECT_EQ(Interrupted(2).exit_code(), 130);
  EXPECT_EQ(Interrupted(15).exit_code(), 143);
  try {
    throw InputError({.what = "broken", .where = "file, line 3"});
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "broken\n  where: file, line 3");
    EXPECT_EQ(error.fault().where, "file, line 3");
  }
}

TEST(Assertion, ThrowsABugThatNamesThePromise) {
  EXPECT_NO_THROW(MIXVAE_ASSERT(1 + 1 == 2, "sums are right"));
  try {
    MIXVAE_ASSERT(1 + 1 == 3, "sums are right");
    FAIL() << "nothing was thrown";
  } catch (const Bug& bug) {
    EXPECT_THAT(bug.what(), HasSubstr("sums are right (1 + 1 == 3 does not hold at "));
    EXPECT_THAT(bug.what(), HasSubstr("error_test.cpp:"));
  }
}

}  // namespace
}  // namespace mixvae
