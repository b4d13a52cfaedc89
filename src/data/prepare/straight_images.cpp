#include "data/prepare/straight_images.hpp"

#include <algorithm>
#include <numeric>

#include "base/parallel.hpp"
#include "data/io/image_pixels.hpp"

namespace mixvae {
namespace {

/// Centre of an image's light and how far rows have to be moved per row to make it upright.
struct Slant {
  double x = 0;
  double y = 0;
  double shear = 0;
};

Slant slant_of(std::span<const float> image, Index side) {
  double light = 0;
  Slant slant;
  const auto over_pixels = [&](auto&& visit) {
    for (Index row = 0; row < side; ++row) {
      for (Index column = 0; column < side; ++column) {
        visit(static_cast<double>(column), static_cast<double>(row),
              static_cast<double>(image[static_cast<std::size_t>(row * side + column)]));
      }
    }
  };
  over_pixels([&](double x, double y, double value) {
    light += value;
    slant.x += value * x;
    slant.y += value * y;
  });
  slant.x /= light;
  slant.y /= light;
  double height = 0;
  double both = 0;
  over_pixels([&](double x, double y, double value) {
    height += value * (y - slant.y) * (y - slant.y);
    both += value * (x - slant.x) * (y - slant.y);
  });
  slant.shear = height > 0 ? both / height : 0;
  return slant;
}

void straighten(std::span<const float> image, Index side, std::span<float> out) {
  const Slant slant = slant_of(image, side);
  const double centre = static_cast<double>(side - 1) / 2;
  for (Index row = 0; row < side; ++row) {
    const double y = static_cast<double>(row) - centre;
    for (Index column = 0; column < side; ++column) {
      const double x = static_cast<double>(column) - centre + slant.shear * y;
      out[static_cast<std::size_t>(row * side + column)] = pixel_between(
          image, side, static_cast<float>(slant.x + x), static_cast<float>(slant.y + y));
    }
  }
}

}  // namespace

DenseMatrix straight_images(const Matrix& x) {
  const Index side = square_side(column_count(x));
  DenseMatrix out(row_count(x), column_count(x));
  parallel_for(out.rows, 64, [&](Index begin, Index end) {
    std::vector<float> image(static_cast<std::size_t>(out.columns));
    for (Index n = begin; n < end; ++n) {
      const std::vector<Index> row{n};
      gather_rows(x, row, image);
      const bool light = std::accumulate(image.begin(), image.end(), 0.0) > 0;
      if (light) {
        straighten(image, side, out.row(n));
      } else {
        std::ranges::copy(image, out.row(n).begin());
      }
    }
  });
  return out;
}

}  // namespace mixvae
