#include "data/prepare/affine_copies.hpp"

#include <cmath>
#include <numbers>

#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "data/io/image_pixels.hpp"

namespace mixvae {
namespace {

class AffineCopies final : public CopyMaker {
 public:
  AffineCopies(const Prepared& prepared, const AffineOptions& affine, Index side,
               std::uint64_t seed)
      : prepared_(prepared), affine_(affine), side_(side), seed_(seed) {}

  void fill(Index arm, std::uint64_t step, std::span<const Index> rows,
            std::span<float> out) const override {
    const Philox random(seed_, Purpose::copy_affine, step);
    gather_rows(prepared_.x, rows, out);
    const auto pixels = static_cast<std::size_t>(side_ * side_);
    parallel_for(static_cast<Index>(rows.size()), 16, [&](Index begin, Index end) {
      std::vector<float> image(pixels);
      for (Index i = begin; i < end; ++i) {
        const auto copy = out.subspan(static_cast<std::size_t>(i) * pixels, pixels);
        std::ranges::copy(copy, image.begin());
        move(image, map_of(random, arm, rows[static_cast<std::size_t>(i)]), copy);
      }
    });
  }

  std::optional<RowCopies> row_copies(Index arm, std::uint64_t step,
                                      std::span<const Index> rows) const override {
    const Philox random(seed_, Purpose::copy_affine, step);
    RowCopies copies{.rows = {rows.begin(), rows.end()}};
    for (const Index cell : rows) {
      copies.maps.push_back(map_of(random, arm, cell));
    }
    return copies;
  }

 private:
  AffineMap map_of(const Philox& random, Index arm, Index cell) const {
    const auto first = static_cast<std::uint64_t>((arm * prepared_.cell_count() + cell) * 6);
    const auto draw = [&](std::uint64_t number, double extent) {
      return static_cast<float>(extent) * (2.0F * random.uniform(first + number) - 1.0F);
    };
    const float angle = draw(0, affine_.rotation * std::numbers::pi / 180.0);
    const float width = 1.0F + draw(1, affine_.stretch);
    const float height = 1.0F + draw(2, affine_.stretch);
    const float shear = draw(3, affine_.shear);
    const float c = std::cos(angle);
    const float s = std::sin(angle);
    return {c * width, shear - s, draw(4, affine_.shift), s, c * height, draw(5, affine_.shift)};
  }

  void move(std::span<const float> image, const AffineMap& map, std::span<float> copy) const {
    const float centre = static_cast<float>(side_ - 1) / 2.0F;
    for (Index j = 0; j < side_; ++j) {
      const float y = static_cast<float>(j) - centre;
      for (Index i = 0; i < side_; ++i) {
        const float x = static_cast<float>(i) - centre;
        copy[static_cast<std::size_t>(j * side_ + i)] =
            pixel_between(image, side_, centre + map.xx * x + map.xy * y + map.x0,
                          centre + map.yx * x + map.yy * y + map.y0);
      }
    }
  }

  const Prepared& prepared_;
  AffineOptions affine_;
  Index side_;
  std::uint64_t seed_;
};

}  // namespace

std::unique_ptr<CopyMaker> affine_copies(const Prepared& prepared, const AffineOptions& affine,
                                         std::uint64_t seed) {
  return std::make_unique<AffineCopies>(prepared, affine, square_side(prepared.feature_count()),
                                        seed);
}

}  // namespace mixvae
