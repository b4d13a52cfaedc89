#include "data/io/channel_kinds.hpp"

#include "data/small_datasets.hpp"

namespace mixvae {
namespace channel_kinds_test {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Time, two markers and DNA; values as an instrument gives them, times `scale`.
Dataset channels(std::string_view marker, float scale = 1) {
  Dataset dataset = test::dataset_of(
      test::dense(4, 4,
                  {1e6F, 3.5F * scale, 700.25F * scale, 90, 2e6F, 0, 20.5F * scale, 95, 3e6F,
                   0.25F * scale, 2, 80, 4e6F, -1.5F * scale, 9.5F * scale, 85}));
  const std::string kind(marker);
  dataset.features.names = {"Time", "CD3", "CD4", "DNA1"};
  dataset.features.set(
      {std::string(kChannelKind), Categorical::from_labels(std::vector<std::string>{
                                      std::string(kTime), kind, kind, std::string(kDna)})});
  return dataset;
}

TEST(ChannelKinds, MarkersAreChosenAndTransformed) {
  const Preprocessing fitted = fit_preprocessing(channels(kMetalMarker), {});
  EXPECT_THAT(fitted.features, ElementsAre("CD3", "CD4"));
  EXPECT_EQ(fitted.normalise, "arcsinh");
  EXPECT_EQ(fitted.cofactor, 5);
  EXPECT_THAT(fitted.notes, Contains("2 of 4 channels are markers; left out: time: Time; DNA: DNA1 "
                                     "(--features chooses others)"));
  EXPECT_THAT(fitted.notes, Contains(HasSubstr("arcsinh(x / 5)")));
  EXPECT_EQ(fit_preprocessing(channels(kFluorescenceMarker), {}).cofactor, 150);
  EXPECT_EQ(fit_preprocessing(channels(kMetalMarker), {.cofactor = 3}).cofactor, 3);
}

TEST(ChannelKinds, WhatIsAskedForIsUsed) {
  const Dataset dataset = channels(kMetalMarker);
  const auto features = [&](const std::string& wanted, std::vector<std::string> without = {}) {
    return fit_preprocessing(dataset, {.features = wanted, .exclude = std::move(without)}).features;
  };
  EXPECT_THAT(features("all"), ElementsAre("Time", "CD3", "CD4", "DNA1"));
  EXPECT_THAT(features("CD*,DNA?"), ElementsAre("CD3", "CD4", "DNA1"));
  EXPECT_THAT(features("DNA1, CD3"), ElementsAre("CD3", "DNA1"));
  EXPECT_THAT(features("all", {"T*"}), ElementsAre("CD3", "CD4", "DNA1"));
  EXPECT_THROW(features("CD9*"), InputError);
}

TEST(ChannelKinds, TransformedValuesStayAsTheyAre) {
  EXPECT_EQ(fit_preprocessing(channels(kMetalMarker, 0.01F), {}).normalise, "none");
}

TEST(ChannelKinds, CellsWithoutNegativeValuesFitAModelOfCellsWithThem) {
  const Preprocessing fitted = fit_preprocessing(channels(kFluorescenceMarker), {});
  Dataset positive = channels(kFluorescenceMarker);
  std::get<DenseMatrix>(positive.x)(3, 1) = 1.5F;
  EXPECT_EQ(apply_preprocessing(fitted, positive).cell_count(), 4);
}

TEST(ChannelKinds, OtherDataHaveNone) {
  const Dataset dataset = test::dataset_of(test::random_counts(20, 5));
  EXPECT_TRUE(channel_kinds(dataset).empty());
  EXPECT_EQ(marker_features(dataset).size(), 5U);
  EXPECT_EQ(fit_preprocessing(dataset, {}).normalise, "library-log");
  EXPECT_EQ(left_out_by_kind(dataset), "");
}

}  // namespace channel_kinds_test
}  // namespace mixvae
