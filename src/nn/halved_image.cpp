#include "nn/halved_image.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"

namespace mixvae::nn {
namespace {

constexpr std::int64_t kFewChannels = 32;
constexpr std::int64_t kManyChannels = 64;

}  // namespace

HalvedImage halved(const ImageShape& image, std::size_t times) {
  MIXVAE_ASSERT(times > 0 && times < 30, "images are halved some times");
  const std::int64_t divisor = std::int64_t{1} << times;
  if (std::min(image.rows, image.columns) < divisor) {
    throw UsageError({.what = "images are too small for so many convolutions that halve them",
                      .found = std::to_string(image.rows) + " x " + std::to_string(image.columns) +
                               " pixels, " + std::to_string(times) + " layers",
                      .expected = "at least " + std::to_string(divisor) + " pixels in each side",
                      .hint = "name fewer --channels, or take --network dense"});
  }
  const auto smallest = [&](std::int64_t side) { return (side + divisor - 1) / divisor; };
  const ImageShape rest{smallest(image.rows), smallest(image.columns)};
  return {image, {rest.rows * divisor, rest.columns * divisor}, rest};
}

std::size_t halvings_to_four(const ImageShape& image) {
  std::size_t times = 1;
  for (std::int64_t side = std::max(image.rows, image.columns); side > 8; side = (side + 1) / 2) {
    ++times;
  }
  return times;
}

std::vector<std::int64_t> published_channels(std::size_t layers) {
  std::vector<std::int64_t> channels(layers, kFewChannels);
  std::fill(channels.end() - static_cast<std::ptrdiff_t>(std::min<std::size_t>(layers, 2)),
            channels.end(), kManyChannels);
  return channels;
}

std::vector<std::int64_t> published_decoder_channels(std::size_t layers) {
  std::vector<std::int64_t> channels(layers, kManyChannels);
  std::fill(channels.end() - static_cast<std::ptrdiff_t>(std::min<std::size_t>(layers, 2)),
            channels.end(), kFewChannels);
  channels.front() = kManyChannels;
  return channels;
}

}  // namespace mixvae::nn
