#include "nn/conv_layers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::nn {
namespace {

using testing::HasSubstr;

std::string refusal(const std::vector<std::string>& words, const ImageShape& image = {28, 28}) {
  try {
    conv_outputs(conv_layers(words), image);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(ConvLayers, WordsSayChannelsKernelAndStride) {
  const std::vector<ConvLayer> layers = conv_layers({"64", "32x5", "16x7/3", "8/2", "pool"});
  const auto is = [&](std::size_t i, std::int64_t channels, std::int64_t kernel,
                      std::int64_t stride) {
    EXPECT_EQ(layers[i].channels, channels);
    EXPECT_EQ(layers[i].kernel, kernel);
    EXPECT_EQ(layers[i].stride, stride);
    EXPECT_FALSE(layers[i].pools());
  };
  is(0, 64, 3, 1);
  is(1, 32, 5, 1);
  is(2, 16, 7, 3);
  is(3, 8, 3, 2);
  EXPECT_TRUE(layers[4].pools());
}

TEST(ConvLayers, RefusesOtherWords) {
  for (const char* word : {"", "x3", "0", "-8", "8x4", "8x0", "8x", "8/0", "8/", "8x3/2/2", "8.5",
                           "pools", "9999999999999999999", "8x33"}) {
    EXPECT_THAT(refusal({word}), HasSubstr("this is no layer of a convolutional encoder")) << word;
  }
  EXPECT_THAT(refusal({}), HasSubstr("needs at least one layer"));
}

TEST(ConvLayers, SizesAreRoundedUpByStridesAndDownByPooling) {
  EXPECT_EQ(conv_outputs(conv_layers({"3"}), {5, 7}), 3 * 5 * 7);
  EXPECT_EQ(conv_outputs(conv_layers({"3/2"}), {5, 7}), 3 * 3 * 4);
  EXPECT_EQ(conv_outputs(conv_layers({"3x5/3"}), {5, 7}), 3 * 2 * 3);
  EXPECT_EQ(conv_outputs(conv_layers({"3", "pool"}), {5, 7}), 3 * 2 * 3);
  EXPECT_EQ(conv_outputs(conv_layers({"64", "128", "pool", "128", "pool", "64", "8"}), {28, 28}),
            8 * 7 * 7);
}

TEST(ConvLayers, RefusesImagesTooSmallToPool) {
  EXPECT_EQ(refusal({"8", "pool", "pool"}, {4, 5}), "");
  EXPECT_THAT(refusal({"8", "pool", "pool"}, {3, 5}), HasSubstr("images are too small"));
}

TEST(ConvLayers, CountsProducts) {
  // 5 x 5 weights at 3 x 4 places into 2 channels, then 3 x 3 x 2 weights at 2 x 2 places into 4.
  EXPECT_EQ(conv_products(conv_layers({"2x5/2", "4/2"}), {5, 7}), 25 * 12 * 2 + 18 * 4 * 4);
  EXPECT_EQ(conv_products(conv_layers({"2", "pool", "1"}), {4, 4}), 9 * 16 * 2 + 18 * 4);
}

TEST(ConvLayers, ValuesOfAllLayersAreCounted) {
  // 5 x 5 -> 3 channels, pooled to 2 x 2, -> 2 channels of 1 x 1.
  EXPECT_EQ(conv_values(conv_layers({"3", "pool", "2x3/2"}), {5, 5}), 3 * 25 + 3 * 4 + 2 * 1);
}

}  // namespace
}  // namespace mixvae::nn
