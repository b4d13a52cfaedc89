#include "data/prepare/straight_images.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae {
namespace straight_images_test {

/// A bar of 11 x 11 pixels whose rows 2 to 8 are lit at column `first` + slant x row.
DenseMatrix bar(double first, double slant) {
  DenseMatrix x(1, 121);
  for (Index row = 2; row <= 8; ++row) {
    x(0, row * 11 + std::lround(first + slant * static_cast<double>(row))) = 2;
  }
  return x;
}

TEST(StraightImages, AnUprightCentredImageStaysAsItIs) {
  const DenseMatrix image = bar(5, 0);
  EXPECT_THAT(straight_images(image).values,
              ::testing::Pointwise(::testing::FloatNear(1e-6F), image.values));
}

TEST(StraightImages, SlantAndPlaceAreTakenAway) {
  for (const double slant : {1.0, -1.0, 0.0}) {
    const DenseMatrix image = bar(slant < 0 ? 10 : 1, slant);
    const DenseMatrix straight = straight_images(image);
    EXPECT_THAT(straight.values,
                ::testing::Pointwise(::testing::FloatNear(1e-4F), bar(5, 0).values))
        << slant;
  }
}

TEST(StraightImages, DarkImagesStayDark) {
  const DenseMatrix dark(2, 121);
  EXPECT_THAT(straight_images(dark).values, ::testing::Each(0.0F));
}

TEST(StraightImages, RefuseWhatIsNoSquare) {
  EXPECT_THROW(straight_images(DenseMatrix(1, 120)), InputError);
}

}  // namespace straight_images_test
}  // namespace mixvae
