#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mixvae::nn {

/// Size of an image in pixels.
struct ImageShape {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
};

/// One layer of a convolutional encoder: a convolution that keeps the image's size (divided by its
/// stride, rounded up), or the largest value of each 2 x 2 square.
struct ConvLayer {
  std::int64_t channels = 0;  // 0: pooling
  std::int64_t kernel = 3;    // odd
  std::int64_t stride = 1;

  bool pools() const { return channels == 0; }
};

/// The layer of one word of conv_layers(); nothing for any other.
std::optional<ConvLayer> conv_layer(const std::string& word);

/// Layers from words: "64" is a 3 x 3 convolution to 64 channels, "32x5" a 5 x 5 one, "32x5/2" one
/// of stride 2, "pool" the largest of 2 x 2. Throws UsageError for any other word and for none.
std::vector<ConvLayer> conv_layers(const std::vector<std::string>& words);

/// The image's size after a layer. A bug where a pooling layer would leave nothing.
ImageShape shape_after(const ConvLayer& layer, const ImageShape& image);

/// Channels x rows x columns after all layers, for images of one channel. Throws UsageError where
/// an image is too small to be pooled.
std::int64_t conv_outputs(const std::vector<ConvLayer>& layers, ImageShape image);

/// Products of a weight and a value per image: what the layers cost.
double conv_products(const std::vector<ConvLayer>& layers, ImageShape image);

/// Values that all layers together give per image: what a training step keeps of them.
std::int64_t conv_values(const std::vector<ConvLayer>& layers, ImageShape image);

}  // namespace mixvae::nn
