#include "fit/image_width.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::fit {
namespace {

using testing::HasSubstr;

FitOptions convolutional() {
  FitOptions options;
  options.settings.space = "features";
  options.network.encoder = "convolutional";
  return options;
}

Preprocessing of_pixels(std::size_t kept, Index all) {
  Preprocessing preprocessing;
  preprocessing.features.resize(kept);
  preprocessing.source_features = all;
  return preprocessing;
}

TEST(ImageWidth, IsTheOneAskedForElseThatOfTheFile) {
  FitOptions options = convolutional();
  Source source;
  EXPECT_EQ(image_width(options, source, of_pixels(12, 12)), std::nullopt);
  source.image_width = 4;
  EXPECT_EQ(image_width(options, source, of_pixels(12, 12)), 4);
  options.network.image_width = 6;
  EXPECT_EQ(image_width(options, source, of_pixels(12, 12)), 6);
}

TEST(ImageWidth, StaysAsItIsForADenseEncoder) {
  FitOptions options;
  Source source;
  source.image_width = 4;
  EXPECT_EQ(image_width(options, source, of_pixels(5, 12)), std::nullopt);
}

TEST(ImageWidth, RefusesComponentsAndSelectedFeatures) {
  FitOptions options = convolutional();
  const auto refusal = [&](const Preprocessing& preprocessing) -> std::string {
    try {
      image_width(options, {}, preprocessing);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(refusal(of_pixels(9, 12)), HasSubstr("needs all pixels of the images"));
  options.settings.space = "pca";
  EXPECT_THAT(refusal(of_pixels(12, 12)), HasSubstr("not principal components"));
}

}  // namespace
}  // namespace mixvae::fit
