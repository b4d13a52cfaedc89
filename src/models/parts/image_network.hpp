#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "models/image_shape.hpp"
#include "nn/conv_layers.hpp"

namespace mixvae::models {

enum class NetworkKind { dense, convolutional };

/// Whether encoder and decoder read and give vectors or images.
struct NetworkOptions {
  NetworkKind network = NetworkKind::dense;
  std::vector<std::string> channels = {"auto"};
  std::vector<std::string> decoder_channels = {"auto"};
  std::optional<std::int64_t> image_width = {};
};

Options options(NetworkOptions& network);

/// The convolutional layers of a network of images.
struct ImageNetwork {
  nn::ImageShape image;
  std::vector<std::int64_t> channels;          // outputs of each convolution
  std::vector<std::int64_t> decoder_channels;  // inputs of each transposed convolution
};

/// The layers that the options ask for; nothing for a dense network. Where channels are automatic,
/// images are halved until at most 4 pixels are left in each side, with the channels of the
/// published networks (nn::published_channels). Throws InputError where the features are no image,
/// UsageError for other words than numbers of channels and for images that are too small.
std::optional<ImageNetwork> image_network(const NetworkOptions& options, std::int64_t features);

/// The images that a convolutional network reads; nothing for a dense one.
std::optional<ImageNeed> image_need(const NetworkOptions& options);

}  // namespace mixvae::models
