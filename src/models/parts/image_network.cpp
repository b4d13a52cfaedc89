#include "models/parts/image_network.hpp"

#include <charconv>

#include "base/error.hpp"
#include "models/parts/encoder_options.hpp"
#include "nn/halved_image.hpp"

namespace mixvae::models {
namespace {

constexpr std::int64_t kMostImageChannels = 4096;
constexpr std::size_t kMostHalvings = 16;

bool are_automatic(const std::vector<std::string>& words) {
  return words.size() == 1 && words.front() == "auto";
}

std::int64_t channels_of(const std::string& word, const std::string& option) {
  std::int64_t channels = 0;
  const char* end = word.data() + word.size();
  const auto [stopped, error] = std::from_chars(word.data(), end, channels);
  if (error != std::errc() || stopped != end || channels < 1 || channels > kMostImageChannels) {
    throw UsageError({.what = "this is no number of channels of a convolutional layer",
                      .found = "--" + option + " " + word,
                      .expected = "whole numbers from 1 to " + std::to_string(kMostImageChannels) +
                                  " with commas between them, or auto",
                      .hint = "for example --" + option + " 32,64,64"});
  }
  return channels;
}

std::vector<std::int64_t> channels_of(const std::vector<std::string>& words,
                                      const std::string& option) {
  if (words.empty() || words.size() > kMostHalvings) {
    throw UsageError({.what = "a convolutional network has some layers",
                      .found = std::to_string(words.size()) + " --" + option,
                      .expected = "1 to " + std::to_string(kMostHalvings)});
  }
  std::vector<std::int64_t> channels;
  channels.reserve(words.size());
  for (const std::string& word : words) {
    channels.push_back(channels_of(word, option));
  }
  return channels;
}

}  // namespace

Options options(NetworkOptions& network) {
  return {
      {.name = "network",
       .target = word(network.network),
       .meaning =
           "encoder and decoder of --hidden-layers dense layers, or of convolutions and "
           "transposed convolutions (4 x 4, stride 2) over images, whose pixels, row by row, "
           "are the features",
       .choices = {"dense", "convolutional"}},
      {.name = "channels",
       .target = &network.channels,
       .meaning =
           "output channels of each convolution of the encoder, each of which halves the "
           "image; auto: halved to 4 x 4 pixels as published, 32,64,64 for images of 32 x 32 "
           "and 32,32,64,64 for 64 x 64",
       .needs = {"network=convolutional"}},
      {.name = "decoder-channels",
       .target = &network.decoder_channels,
       .meaning = "input channels of each transposed convolution of the decoder, each of which "
                  "doubles the image; auto: as published, 64,32,32 and 64,64,32,32",
       .needs = {"network=convolutional"}},
      image_width_option(network.image_width),
  };
}

std::optional<ImageNetwork> image_network(const NetworkOptions& options, std::int64_t features) {
  if (options.network == NetworkKind::dense) {
    return std::nullopt;
  }
  const nn::ImageShape image = image_shape(features, options.image_width);
  const std::size_t automatic = nn::halvings_to_four(image);
  ImageNetwork network{image,
                       are_automatic(options.channels) ? nn::published_channels(automatic)
                                                       : channels_of(options.channels, "channels"),
                       are_automatic(options.decoder_channels)
                           ? nn::published_decoder_channels(automatic)
                           : channels_of(options.decoder_channels, "decoder-channels")};
  nn::halved(image, network.channels.size());
  nn::halved(image, network.decoder_channels.size());
  return network;
}

std::optional<ImageNeed> image_need(const NetworkOptions& options) {
  return options.network == NetworkKind::convolutional
             ? std::optional(ImageNeed{options.image_width})
             : std::nullopt;
}

}  // namespace mixvae::models
