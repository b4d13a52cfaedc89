#include "cluster/lanes.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace mixvae::cluster::lanes {
namespace {

TEST(Lanes, LogarithmsAndPowersAreThoseOfTheLibrary) {
  for (int step = 0; step < 36; ++step) {
    const float first = -30 + 1.7F * static_cast<float>(step);
    Floats exponent;
    for (int lane = 0; lane < kLanes; ++lane) {
      exponent[lane] = first + 0.1F * static_cast<float>(lane);
    }
    Floats power;
    Floats back;
    exp2_of(exponent, power);
    log2_of(power, back);
    for (int lane = 0; lane < kLanes; ++lane) {
      EXPECT_NEAR(power[lane] / std::exp2(exponent[lane]), 1, 4e-6);
      EXPECT_NEAR(back[lane], std::log2(power[lane]), 4e-6);
    }
  }
}

TEST(Lanes, PhiloxBlocksAreThoseOfTheScalarGenerator) {
  const Philox philox(0x123456789ABCDEF, Purpose::test, 0xFEDCBA9876543);
  Words low;
  Words high;
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
    low[lane] = 0xFFFFFFF0U + 7 * lane;
    high[lane] = lane * lane;
  }
  Words words[4];
  philox_blocks(philox, low, high, words);
  for (int lane = 0; lane < kLanes; ++lane) {
    const Philox::Block expected =
        philox.block(std::uint64_t{high[lane]} << 32 | std::uint64_t{low[lane]});
    for (std::size_t word = 0; word < 4; ++word) {
      EXPECT_EQ(words[word][lane], expected[word]);
    }
  }
}

}  // namespace
}  // namespace mixvae::cluster::lanes
