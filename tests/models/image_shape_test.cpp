#include "models/image_shape.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::models {
namespace image_shape_test {

using testing::HasSubstr;

std::string refusal(std::int64_t features, std::optional<std::int64_t> width) {
  try {
    image_shape(features, width);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(ImageShape, IsSquareUnlessAWidthIsGiven) {
  EXPECT_EQ(image_shape(784, std::nullopt).rows, 28);
  EXPECT_EQ(image_shape(784, std::nullopt).columns, 28);
  EXPECT_EQ(image_shape(784, 14).rows, 56);
  EXPECT_EQ(image_shape(15, 5).rows, 3);
  EXPECT_EQ(image_shape(15, 5).columns, 5);
}

TEST(ImageShape, RefusesFeaturesThatAreNoImage) {
  EXPECT_THAT(refusal(783, std::nullopt), HasSubstr("the cells are no square images"));
  EXPECT_THAT(refusal(784, 27), HasSubstr("the cells are no images of this width"));
}

}  // namespace image_shape_test
}  // namespace mixvae::models
