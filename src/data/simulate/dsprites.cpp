#include "data/simulate/dsprites.hpp"

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/random_order.hpp"
#include "base/text.hpp"

namespace mixvae {
namespace {

constexpr double kHalfSquare = 8.5;
constexpr double kLongAxis = 13.7;
constexpr double kShortAxis = 6.85;
constexpr double kHeartUnit = 9;
/// The centre of the first position, in pixels from the image's edge.
constexpr double kFirstCentre = 16.5;

/// A pixel that is set of a sprite at position 0, 0.
struct SpritePixel {
  Index row = 0;
  Index column = 0;
};

/// Whether a shape of scale 1 covers the point (u, v), v upwards.
bool covers(Index shape, double u, double v) {
  if (shape == 0) {
    return std::abs(u) <= kHalfSquare && std::abs(v) <= kHalfSquare;
  }
  if (shape == 1) {
    return std::pow(u / kLongAxis, 2) + std::pow(v / kShortAxis, 2) <= 1;
  }
  const double a = u / kHeartUnit;
  const double b = v / kHeartUnit;
  return std::pow(a * a + b * b - 1, 3) <= a * a * b * b * b;
}

/// Pixels of a shape at position 0, 0, row by row.
std::vector<SpritePixel> drawn(const Sprite& sprite) {
  const double cosine = std::cos(sprite.orientation_value()) / sprite.scale_value();
  const double sine = std::sin(sprite.orientation_value()) / sprite.scale_value();
  std::vector<SpritePixel> pixels;
  for (Index row = 0; row < Sprite::kSide; ++row) {
    for (Index column = 0; column < Sprite::kSide; ++column) {
      const double dx = static_cast<double>(column) + 0.5 - kFirstCentre;
      const double dy = kFirstCentre - static_cast<double>(row) - 0.5;
      if (covers(sprite.shape, cosine * dx + sine * dy, cosine * dy - sine * dx)) {
        pixels.push_back({row, column});
      }
    }
  }
  return pixels;
}

/// The pixels of every shape, scale and orientation: a position only moves them.
std::vector<std::vector<SpritePixel>> drawn_at_origin() {
  const Index positions = Sprite::kValues[3] * Sprite::kValues[4];
  std::vector<std::vector<SpritePixel>> all;
  for (Index place = 0; place < Sprite::kCount; place += positions) {
    all.push_back(drawn(Sprite::at(place)));
  }
  return all;
}

std::vector<Index> chosen_places(std::int64_t number, std::uint64_t seed) {
  std::vector<Index> places;
  if (number < Sprite::kCount) {
    places = random_order(Sprite::kCount, Philox(seed, Purpose::simulation));
  } else {
    places.resize(at(Sprite::kCount));
    std::iota(places.begin(), places.end(), Index{0});
  }
  places.resize(at(number));
  return places;
}

void add_factors(Table& cells, const std::vector<Index>& places) {
  Categorical shape{{sprite_shapes().begin(), sprite_shapes().end()}, {}, false};
  std::vector<double> scale;
  std::vector<double> orientation;
  std::vector<double> x;
  std::vector<double> y;
  for (const Index place : places) {
    const Sprite sprite = Sprite::at(place);
    shape.codes.push_back(static_cast<std::int32_t>(sprite.shape));
    scale.push_back(sprite.scale_value());
    orientation.push_back(sprite.orientation_value());
    x.push_back(sprite.x_value());
    y.push_back(sprite.y_value());
  }
  cells.set({"shape", std::move(shape)});
  cells.set({"scale", std::move(scale)});
  cells.set({"orientation", std::move(orientation)});
  cells.set({"x", std::move(x)});
  cells.set({"y", std::move(y)});
}

}  // namespace

Sprite Sprite::at(Index place) {
  MIXVAE_ASSERT(place >= 0 && place < kCount, "there is a sprite of this place");
  Sprite sprite;
  for (auto [factor, value] :
       {std::pair{4, &sprite.y}, std::pair{3, &sprite.x}, std::pair{2, &sprite.orientation},
        std::pair{1, &sprite.scale}, std::pair{0, &sprite.shape}}) {
    const Index values = kValues[static_cast<std::size_t>(factor)];
    *value = place % values;
    place /= values;
  }
  return sprite;
}

Index Sprite::class_of(std::size_t factor, double value) {
  constexpr std::array<double, 5> kFirst = {0, 0.5, 0, 0, 0};
  constexpr std::array<double, 5> kRange = {2, 0.5, 2 * std::numbers::pi, 1, 1};
  return std::llround((value - kFirst[factor]) / kRange[factor] *
                      static_cast<double>(kValues[factor] - 1));
}

double Sprite::orientation_value() const {
  return 2 * std::numbers::pi * static_cast<double>(orientation) /
         static_cast<double>(kValues[2] - 1);
}

const std::array<std::string, 3>& sprite_shapes() {
  static const std::array<std::string, 3> kShapes = {"square", "ellipse", "heart"};
  return kShapes;
}

Options options(SimulateSpritesOptions& sprites) {
  return {{.name = "number",
           .target = &sprites.number,
           .meaning = "number of images, chosen at random from all 737,280 combinations of shape, "
                      "scale, orientation and position; without it all of them in their order",
           .minimum = 1,
           .maximum = static_cast<double>(Sprite::kCount)}};
}

Dataset simulate_sprites(const SimulateSpritesOptions& sprites, std::uint64_t seed) {
  if (sprites.number < 1 || sprites.number > Sprite::kCount) {
    throw UsageError({.what = "there are not so many images of dSprites",
                      .found = with_commas(sprites.number),
                      .expected = "1 to " + with_commas(Sprite::kCount)});
  }
  const std::vector<Index> places = chosen_places(sprites.number, seed);
  const std::vector<std::vector<SpritePixel>> shapes = drawn_at_origin();
  CsrMatrix images;
  images.rows = sprites.number;
  images.columns = Sprite::kSide * Sprite::kSide;
  for (const Index place : places) {
    const Sprite sprite = Sprite::at(place);
    for (const SpritePixel& pixel : shapes[at(place / (Sprite::kValues[3] * Sprite::kValues[4]))]) {
      images.column_numbers.push_back(static_cast<std::int32_t>(
          (pixel.row + sprite.y) * Sprite::kSide + pixel.column + sprite.x));
    }
    images.offsets.push_back(static_cast<Index>(images.column_numbers.size()));
  }
  images.values.assign(images.column_numbers.size(), 1.0F);
  Dataset dataset;
  dataset.source.path = "dSprites";
  dataset.source.format = "simulated";
  dataset.source.image_width = Sprite::kSide;
  dataset.cells.names = numbered_names("C", images.rows);
  dataset.features.names = numbered_names("F", images.columns);
  dataset.x = std::move(images);
  add_factors(dataset.cells, places);
  return dataset;
}

}  // namespace mixvae
