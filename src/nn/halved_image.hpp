#pragma once

#include <cstdint>
#include <vector>

#include "nn/conv_layers.hpp"

namespace mixvae::nn {

/// An image that convolutions of stride 2 halve so many times, and transposed ones double back:
/// zeros are put around it until its sides divide.
struct HalvedImage {
  ImageShape image;     // as the features have it
  ImageShape padded;    // each side the next multiple of 2^times
  ImageShape smallest;  // padded / 2^times

  std::int64_t top() const { return (padded.rows - image.rows) / 2; }
  std::int64_t left() const { return (padded.columns - image.columns) / 2; }
};

/// Throws UsageError where a side has less than 2^times pixels.
HalvedImage halved(const ImageShape& image, std::size_t times);

/// How often the longer side is halved until at most 4 pixels are left; at least once.
std::size_t halvings_to_four(const ImageShape& image);

/// Output channels of so many convolutions as JointVAE and CascadeVAE have them: 32 each, the last
/// two 64 (32, 64, 64 for images of 32 x 32; 32, 32, 64, 64 for 64 x 64).
std::vector<std::int64_t> published_channels(std::size_t layers);

/// Input channels of so many transposed convolutions: 64 each, the last two 32, but the first
/// always 64 (64, 32, 32 and 64, 64, 32, 32).
std::vector<std::int64_t> published_decoder_channels(std::size_t layers);

}  // namespace mixvae::nn
