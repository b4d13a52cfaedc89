#include "data/io/image_pixels.hpp"

#include <cmath>
#include <string>

#include "base/error.hpp"

namespace mixvae {

Index square_side(Index pixels) {
  const auto side = static_cast<Index>(std::lround(std::sqrt(static_cast<double>(pixels))));
  if (side * side != pixels) {
    throw InputError({.what = "the cells are no square images",
                      .found = std::to_string(pixels) + " features",
                      .expected = "the pixels of a square image, row by row",
                      .hint = "keep all pixels with --features all"});
  }
  return side;
}

float pixel_between(std::span<const float> image, Index side, float x, float y) {
  const float left = std::floor(x);
  const float top = std::floor(y);
  const auto i = static_cast<Index>(left);
  const auto j = static_cast<Index>(top);
  const auto pixel = [&](Index column, Index row) {
    const bool inside = column >= 0 && row >= 0 && column < side && row < side;
    return inside ? image[static_cast<std::size_t>(row * side + column)] : 0.0F;
  };
  const float right = x - left;
  const float bottom = y - top;
  const float upper = pixel(i, j) * (1 - right) + pixel(i + 1, j) * right;
  const float lower = pixel(i, j + 1) * (1 - right) + pixel(i + 1, j + 1) * right;
  return upper * (1 - bottom) + lower * bottom;
}

}  // namespace mixvae
