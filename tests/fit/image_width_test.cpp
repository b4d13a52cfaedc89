#include "fit/image_width.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::fit {
namespace {

using testing::HasSubstr;

FitOptions convolutional() {
  FitOptions options = fit_options("moe-sim-vae");
  options.settings.space = Space::features;
  set_option(find_option(options.model.all(), "encoder"), "convolutional");
  return options;
}

/// The width that a model of these options gets.
std::string width(FitOptions options, const Source& source, const Preprocessing& preprocessing) {
  complete_image_width(options, options.spec().recipe(options.model, 1), source, preprocessing);
  return option_text(find_option(options.model.all(), "image-width"));
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
  EXPECT_EQ(width(options, source, of_pixels(12, 12)), "auto");
  source.image_width = 4;
  EXPECT_EQ(width(options, source, of_pixels(12, 12)), "4");
  set_option(find_option(options.model.all(), "image-width"), "6");
  EXPECT_EQ(width(options, source, of_pixels(12, 12)), "6");
}

TEST(ImageWidth, StaysAsItIsForADenseEncoder) {
  Source source;
  source.image_width = 4;
  EXPECT_EQ(width(fit_options("moe-sim-vae"), source, of_pixels(5, 12)), "auto");
}

TEST(ImageWidth, RefusesComponentsAndSelectedFeatures) {
  FitOptions options = convolutional();
  const auto refusal = [&](const Preprocessing& preprocessing) -> std::string {
    try {
      width(options, {}, preprocessing);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(refusal(of_pixels(9, 12)), HasSubstr("need all pixels of the images"));
  options.settings.space = Space::pca;
  EXPECT_THAT(refusal(of_pixels(12, 12)), HasSubstr("not principal components"));
}

}  // namespace
}  // namespace mixvae::fit
