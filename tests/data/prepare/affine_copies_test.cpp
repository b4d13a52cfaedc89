#include "data/prepare/affine_copies.hpp"

#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"

namespace mixvae {
namespace affine_copies_test {

/// Images of 9 x 9 pixels with one bright pixel in the middle, and one of a gradient.
Prepared images(Index count) {
  DenseMatrix x(count, 81);
  for (Index n = 0; n < count; ++n) {
    x(n, 40) = 1;
  }
  std::iota(x.row(count - 1).begin(), x.row(count - 1).end(), 0.0F);
  Prepared prepared;
  prepared.x = std::move(x);
  prepared.features.resize(81);
  return prepared;
}

std::vector<float> copies(const Prepared& prepared, const AffineOptions& affine, Index arm,
                          std::uint64_t step, const std::vector<Index>& rows) {
  std::vector<float> out(rows.size() * 81, -1.0F);
  affine_copies(prepared, affine, 3)->fill(arm, step, rows, out);
  return out;
}

AffineOptions still() { return {.shift = 0, .rotation = 0, .stretch = 0, .shear = 0}; }

TEST(AffineCopies, WithoutMovementAreTheImages) {
  const Prepared prepared = images(2);
  const std::vector<float> out = copies(prepared, still(), 0, 5, {1, 0});
  const auto& x = std::get<DenseMatrix>(prepared.x);
  EXPECT_THAT(std::vector<float>(out.begin(), out.begin() + 81),
              ::testing::ElementsAreArray(x.row(1)));
  EXPECT_THAT(std::vector<float>(out.begin() + 81, out.end()),
              ::testing::ElementsAreArray(x.row(0)));
}

TEST(AffineCopies, AShiftMovesTheCentreOfMassByAtMostItself) {
  AffineOptions affine = still();
  affine.shift = 2;
  const Prepared prepared = images(40);
  double furthest = 0;
  for (Index n = 0; n < 39; ++n) {
    const std::vector<float> out = copies(prepared, affine, 0, 0, {n});
    EXPECT_NEAR(std::accumulate(out.begin(), out.end(), 0.0), 1, 1e-5) << "light is kept";
    double x = 0;
    for (std::size_t i = 0; i < 81; ++i) {
      x += static_cast<double>(out[i]) * static_cast<double>(i % 9);
    }
    EXPECT_LE(std::abs(x - 4), 2.0001);
    furthest = std::max(furthest, std::abs(x - 4));
  }
  EXPECT_GT(furthest, 1.5);
}

TEST(AffineCopies, ARotationKeepsTheCentre) {
  AffineOptions affine = still();
  affine.rotation = 90;
  affine.shear = 0.5;
  affine.stretch = 0.5;
  const Prepared prepared = images(3);
  EXPECT_NEAR(copies(prepared, affine, 0, 0, {0})[40], 1, 1e-6);
  EXPECT_NEAR(copies(prepared, affine, 0, 0, {2})[40], 40, 1e-4);
}

TEST(AffineCopies, DependOnCellStepAndArmOnly) {
  const Prepared prepared = images(5);
  const AffineOptions affine;
  const std::vector<float> both = copies(prepared, affine, 0, 1, {4, 2});
  const std::vector<float> alone = copies(prepared, affine, 0, 1, {4});
  EXPECT_TRUE(std::equal(alone.begin(), alone.end(), both.begin()));
  EXPECT_NE(alone, copies(prepared, affine, 1, 1, {4}));
  EXPECT_NE(alone, copies(prepared, affine, 0, 2, {4}));
}

TEST(AffineCopies, RefuseWhatIsNoSquareImage) {
  Prepared prepared = images(2);
  prepared.x = DenseMatrix(2, 80);
  try {
    affine_copies(prepared, {}, 0);
    FAIL() << "80 features are no square image";
  } catch (const InputError& error) {
    EXPECT_THAT(std::string(error.what()), ::testing::HasSubstr("the cells are no square images"));
  }
}

}  // namespace affine_copies_test
}  // namespace mixvae
