#include "nn/halved_image.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/refusal.hpp"

namespace mixvae::nn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(HalvedImage, IsPaddedToWhatDivides) {
  const HalvedImage digits = halved({28, 28}, 3);
  EXPECT_EQ(digits.padded.rows, 32);
  EXPECT_EQ(digits.padded.columns, 32);
  EXPECT_EQ(digits.smallest.rows, 4);
  EXPECT_EQ(digits.top(), 2);
  EXPECT_EQ(digits.left(), 2);
  const HalvedImage whole = halved({28, 28}, 2);
  EXPECT_EQ(whole.padded.rows, 28);
  EXPECT_EQ(whole.smallest.columns, 7);
  EXPECT_EQ(whole.top(), 0);
  const HalvedImage odd = halved({5, 9}, 2);
  EXPECT_EQ(odd.padded.rows, 8);
  EXPECT_EQ(odd.padded.columns, 12);
  EXPECT_EQ(odd.smallest.rows, 2);
  EXPECT_EQ(odd.smallest.columns, 3);
  EXPECT_EQ(odd.top(), 1);
  EXPECT_EQ(odd.left(), 1);
}

TEST(HalvedImage, IsRefusedWhereThereIsLessThanAPixelLeft) {
  EXPECT_NO_THROW(halved({8, 9}, 3));
  EXPECT_THAT(
      support::refusal([] {
        halved({7, 9}, 3);
      }),
      testing::AllOf(HasSubstr("images are too small"), HasSubstr("found: 7 x 9 pixels, 3 layers"),
                     HasSubstr("expected: at least 8 pixels")));
}

TEST(HalvedImage, AutomaticallyFourPixelsAreLeft) {
  const auto times = [](std::int64_t side) { return halvings_to_four({side, side}); };
  EXPECT_EQ(times(28), 3U);
  EXPECT_EQ(times(32), 3U);
  EXPECT_EQ(times(33), 4U);
  EXPECT_EQ(times(64), 4U);
  EXPECT_EQ(times(16), 2U);
  EXPECT_EQ(times(8), 1U);
  EXPECT_EQ(times(3), 1U);
  EXPECT_EQ(halvings_to_four({8, 64}), 4U);
}

TEST(HalvedImage, ChannelsAreThosePublished) {
  EXPECT_THAT(published_channels(3), ElementsAre(32, 64, 64));
  EXPECT_THAT(published_channels(4), ElementsAre(32, 32, 64, 64));
  EXPECT_THAT(published_channels(1), ElementsAre(64));
  EXPECT_THAT(published_decoder_channels(3), ElementsAre(64, 32, 32));
  EXPECT_THAT(published_decoder_channels(4), ElementsAre(64, 64, 32, 32));
  EXPECT_THAT(published_decoder_channels(2), ElementsAre(64, 32));
  EXPECT_THAT(published_decoder_channels(1), ElementsAre(64));
}

}  // namespace
}  // namespace mixvae::nn
