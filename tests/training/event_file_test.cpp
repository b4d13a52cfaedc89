#include "training/event_file.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mixvae::training {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::string_literals;

// RFC 3720, B.4, and the check value of the catalogue of CRCs.
TEST(Crc32c, HasThePublishedValues) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43U);
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
  EXPECT_EQ(crc32c(""), 0U);
}

TEST(EventFile, BeginsWithItsVersion) {
  const std::string file = event_file({}, 2.0);
  // length 26, wall_time 2.0, step 0, "brain.Event:2"
  EXPECT_EQ(file.substr(0, 8), "\x1a\0\0\0\0\0\0\0"s);
  EXPECT_EQ(file.substr(12, 26), "\x09\0\0\0\0\0\0\0\x40\x10\0\x1a\x0d"s + "brain.Event:2");
  EXPECT_EQ(file.size(), 12U + 26U + 4U);
}

TEST(EventFile, LeavesOutWhatIsNotFinite) {
  const History history{.training_terms = {"loss", "kl"},
                        .validation_terms = {"loss"},
                        .epochs = {{.epoch = 1,
                                    .phase = "main",
                                    .step = 300,
                                    .seconds = 1,
                                    .learning_rate = 0.5,
                                    .training = {1.5, std::numeric_limits<double>::quiet_NaN()},
                                    .validation = {}}}};
  const std::string file = event_file(history, 0);
  EXPECT_THAT(file, HasSubstr("\x0a\x0atrain/loss\x15\0\0\xc0\x3f"s));
  EXPECT_THAT(file, HasSubstr("\x10\xac\x02"s));  // step 300
  EXPECT_THAT(file, Not(HasSubstr("train/kl")));
  EXPECT_THAT(file, Not(HasSubstr("validation/")));
}

}  // namespace
}  // namespace mixvae::training
