#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/options.hpp"
#include "data/dataset.hpp"

namespace mixvae {

/// The factors of dSprites (Matthey et al., "dSprites: disentanglement testing sprites dataset",
/// 2017) and how many values each has, in the order of its images: the last varies fastest.
struct Sprite {
  static constexpr std::array<Index, 5> kValues = {3, 6, 40, 32, 32};
  static constexpr Index kSide = 64;        // pixels in each side of an image
  static constexpr Index kCount = 737'280;  // images: all combinations

  Index shape = 0;        // 0 square, 1 ellipse, 2 heart
  Index scale = 0;        // 0 ... 5: 0.5 ... 1
  Index orientation = 0;  // 0 ... 39: 0 ... 2 pi, both ends included
  Index x = 0;            // 0 ... 31: columns of the centre, one pixel apart
  Index y = 0;            // 0 ... 31: rows

  /// The sprite of that place in the order of the images, [0, kCount).
  static Sprite at(Index place);
  /// The place of a value among those of a factor but the shape, by its place in kValues.
  static Index class_of(std::size_t factor, double value);
  double scale_value() const { return 0.5 + 0.1 * static_cast<double>(scale); }
  double orientation_value() const;  // radians
  double x_value() const { return static_cast<double>(x) / 31.0; }
  double y_value() const { return static_cast<double>(y) / 31.0; }
};

/// The names of the shapes, in their order.
const std::array<std::string, 3>& sprite_shapes();

struct SimulateSpritesOptions {
  std::int64_t number = Sprite::kCount;
};

Options options(SimulateSpritesOptions& sprites);

/// Binary images [number, 64 x 64] of dSprites, drawn from the definition of its factors: all in
/// the published order, or so many of them at random without repetition, in random order. A pixel
/// is 1 where its centre lies in the shape. At scale 1 the square's side has 17 pixels, the ellipse
/// half axes of 13.7 and 6.85, and the heart is (u^2 + v^2 - 1)^3 <= u^2 v^3 in units of 9 pixels:
/// areas of 289 to 296 pixels, by which 4.24 % of all pixels are ones, about as many as published
/// (4.3 %). cells["shape"], ["scale"], ["orientation"], ["x"], ["y"] hold the factors' values. The
/// same bits for any number of threads. Throws UsageError for a number outside [1, kCount].
Dataset simulate_sprites(const SimulateSpritesOptions& sprites, std::uint64_t seed);

}  // namespace mixvae
