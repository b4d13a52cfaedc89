#include "nn/conv_layers.hpp"

#include <charconv>
#include <string_view>

#include "base/error.hpp"

namespace mixvae::nn {
namespace {

constexpr std::int64_t kMostChannels = 4096;
constexpr std::int64_t kLargestKernel = 31;

/// Takes a number of [1, most] from the front of the text; 0 where there is none.
std::int64_t take_number(std::string_view& text, std::int64_t most) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 1 || value > most) {
    return 0;
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take(std::string_view& text, char sign) {
  const bool found = text.starts_with(sign);
  text.remove_prefix(found ? 1 : 0);
  return found;
}

}  // namespace

std::optional<ConvLayer> conv_layer(const std::string& word) {
  ConvLayer layer;
  if (word == "pool") {
    return layer;
  }
  std::string_view rest = word;
  layer.channels = take_number(rest, kMostChannels);
  if (take(rest, 'x')) {
    layer.kernel = take_number(rest, kLargestKernel);
  }
  if (take(rest, '/')) {
    layer.stride = take_number(rest, kLargestKernel);
  }
  if (!rest.empty() || layer.channels == 0 || layer.kernel % 2 == 0 || layer.stride == 0) {
    return std::nullopt;
  }
  return layer;
}

std::vector<ConvLayer> conv_layers(const std::vector<std::string>& words) {
  if (words.empty()) {
    throw UsageError({.what = "a convolutional encoder needs at least one layer",
                      .hint = "for example --convolutions 16x5/2,32x3/2,32"});
  }
  std::vector<ConvLayer> layers;
  layers.reserve(words.size());
  for (const std::string& word : words) {
    const std::optional<ConvLayer> layer = conv_layer(word);
    if (!layer) {
      throw UsageError({.what = "this is no layer of a convolutional encoder",
                        .found = "'" + word + "'",
                        .expected = "CHANNELS, CHANNELSxKERNEL or CHANNELSxKERNEL/STRIDE with an "
                                    "odd kernel, or pool",
                        .hint = "for example --convolutions 16x5/2,32x3/2,32"});
    }
    layers.push_back(*layer);
  }
  return layers;
}

ImageShape shape_after(const ConvLayer& layer, const ImageShape& image) {
  if (layer.pools()) {
    MIXVAE_ASSERT(image.rows >= 2 && image.columns >= 2, "images are pooled down to a pixel");
    return {image.rows / 2, image.columns / 2};
  }
  const auto strided = [&](std::int64_t size) { return (size + layer.stride - 1) / layer.stride; };
  return {strided(image.rows), strided(image.columns)};
}

std::int64_t conv_outputs(const std::vector<ConvLayer>& layers, ImageShape image) {
  std::int64_t channels = 1;
  for (const ConvLayer& layer : layers) {
    if (layer.pools() && (image.rows < 2 || image.columns < 2)) {
      throw UsageError({.what = "images are too small for so many layers that pool or stride",
                        .found = "a layer 'pool' of images of " + std::to_string(image.rows) +
                                 " x " + std::to_string(image.columns),
                        .expected = "at least 2 x 2 pixels",
                        .hint = "shorten --convolutions"});
    }
    image = shape_after(layer, image);
    channels = layer.pools() ? channels : layer.channels;
  }
  return channels * image.rows * image.columns;
}

double conv_products(const std::vector<ConvLayer>& layers, ImageShape image) {
  double products = 0;
  std::int64_t channels = 1;
  for (const ConvLayer& layer : layers) {
    image = shape_after(layer, image);
    if (!layer.pools()) {
      products += static_cast<double>(layer.kernel * layer.kernel * channels * layer.channels) *
                  static_cast<double>(image.rows * image.columns);
      channels = layer.channels;
    }
  }
  return products;
}

std::int64_t conv_values(const std::vector<ConvLayer>& layers, ImageShape image) {
  std::int64_t values = 0;
  std::int64_t channels = 1;
  for (const ConvLayer& layer : layers) {
    image = shape_after(layer, image);
    channels = layer.pools() ? channels : layer.channels;
    values += channels * image.rows * image.columns;
  }
  return values;
}

}  // namespace mixvae::nn
