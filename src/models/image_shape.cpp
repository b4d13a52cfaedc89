#include "models/image_shape.hpp"

#include <string>

#include "base/error.hpp"
#include "data/io/image_pixels.hpp"

namespace mixvae::models {

nn::ImageShape image_shape(std::int64_t features, std::optional<std::int64_t> width) {
  const std::int64_t columns = width ? *width : square_side(features);
  if (features % columns != 0) {
    throw InputError({.what = "the cells are no images of this width",
                      .found = std::to_string(features) + " features",
                      .expected = "a multiple of " + std::to_string(columns) + " pixels",
                      .hint = "--image-width sets the number of pixels in a row"});
  }
  return {features / columns, columns};
}

}  // namespace mixvae::models
