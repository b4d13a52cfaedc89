#pragma once

#include <cstdint>
#include <optional>

#include "nn/conv_layers.hpp"

namespace mixvae::models {

/// Images that a model reads: their width, or as the data say.
struct ImageNeed {
  std::optional<std::int64_t> width;
};

/// Size of the images whose pixels, row by row, are the features: of the given width, or square.
/// Throws InputError when the features do not fill whole rows, or are no square.
nn::ImageShape image_shape(std::int64_t features, std::optional<std::int64_t> width);

}  // namespace mixvae::models
