#include "base/philox.hpp"

#include <gtest/gtest.h>

namespace mixvae {
namespace {

// Philox4x32-10 with counter and key zero; known answer of the Random123 distribution
// (kat_vectors).
TEST(Philox, GivesTheKnownAnswerForZeroCounterAndKey) {
  const Philox philox(0, Purpose{0}, 0);
  const Philox::Block expected{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  EXPECT_EQ(philox.block(0), expected);
}

TEST(Philox, PurposesStepsAndSeedsGiveDifferentStreams) {
  const Philox base(1, Purpose::shuffle, 0);
  EXPECT_NE(base.block(0), Philox(2, Purpose::shuffle, 0).block(0));
  EXPECT_NE(base.block(0), Philox(1, Purpose::split, 0).block(0));
  EXPECT_NE(base.block(0), Philox(1, Purpose::shuffle, 1).block(0));
  EXPECT_NE(base.block(0), base.block(1));
}

// A uniform of 1 made a Gumbel noise infinite, and with it the loss.
TEST(Philox, UniformsNeverReachTheEndsOfTheInterval) {
  EXPECT_GT(Philox::open_unit(0), 0.0F);
  EXPECT_LT(Philox::open_unit(0xFFFFFFFFU), 1.0F);
}

TEST(Philox, UniformsAndNormalsHaveTheirMoments) {
  const Philox philox(7, Purpose::test);
  double sum = 0;
  double normal_sum = 0;
  double normal_squares = 0;
  const int count = 200000;
  for (int i = 0; i < count; ++i) {
    const float u = philox.uniform(static_cast<std::uint64_t>(i));
    ASSERT_GT(u, 0.0F);
    ASSERT_LT(u, 1.0F);
    sum += u;
    const float z = philox.normal(static_cast<std::uint64_t>(i));
    normal_sum += z;
    normal_squares += z * z;
  }
  EXPECT_NEAR(sum / count, 0.5, 0.003);
  EXPECT_NEAR(normal_sum / count, 0.0, 0.01);
  EXPECT_NEAR(normal_squares / count, 1.0, 0.015);
}

TEST(Philox, IntegersStayBelowTheirBound) {
  PhiloxStream stream(3, Purpose::test);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_LT(stream.integer(7), 7U);
  }
}

}  // namespace
}  // namespace mixvae
