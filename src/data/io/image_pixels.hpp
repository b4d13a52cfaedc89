#pragma once

#include <span>

#include "data/matrix.hpp"

namespace mixvae {

/// Rows (and columns) of a square image of so many pixels. Throws InputError when there is no such
/// number.
Index square_side(Index pixels);

/// An image [side x side] between its pixels: linear interpolation at column x and row y; 0
/// outside.
float pixel_between(std::span<const float> image, Index side, float x, float y);

}  // namespace mixvae
