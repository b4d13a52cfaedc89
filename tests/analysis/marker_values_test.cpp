#include "analysis/marker_values.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "data/io/channel_kinds.hpp"

namespace mixvae::analysis {
namespace marker_values_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Six cells: time, two markers and a scatter channel; the second cell is empty.
Dataset channels() {
  Dataset data;
  DenseMatrix x(6, 4);
  for (Index n = 0; n < 6; ++n) {
    for (Index f = 0; f < 4 && n != 1; ++f) {
      x(n, f) = static_cast<float>((n * 7 + f * 3) % 11) * 100 + 1;
    }
  }
  data.x = x;
  data.cells.names = numbered_names("C", 6);
  data.features.names = {"Time", "CD3", "CD4", "FSC-A"};
  const std::vector<std::string> kinds = {std::string(kTime), std::string(kFluorescenceMarker),
                                          std::string(kFluorescenceMarker), std::string(kScatter)};
  data.features.set({std::string(kChannelKind), Categorical::from_labels(kinds)});
  return data;
}

Preprocessing arcsinh(std::vector<std::string> features) {
  Preprocessing fitted;
  fitted.normalise = "arcsinh";
  fitted.cofactor = 150;
  fitted.source_features = 4;
  fitted.scale = "unit";
  fitted.minimum.assign(features.size(), 1);
  fitted.range.assign(features.size(), 2);
  fitted.features = std::move(features);
  return fitted;
}

Dataset counts() {
  Dataset data = channels();
  data.features.columns.clear();
  data.features.names = numbered_names("g", 4);
  return data;
}

const std::vector<std::int32_t> kTypes = {0, -1, 1, 0, 1, 0};

TEST(MarkerValues, OfCytometryAreTheMarkersInTheUnitsOfTheFit) {
  const MarkerValues found = marker_values(channels(), kTypes, arcsinh({"CD3", "CD4"}));
  EXPECT_EQ(found.scale, metrics::MarkerScale::channels);
  EXPECT_THAT(found.names, ElementsAre("CD3", "CD4"));
  EXPECT_THAT(found.types, ElementsAre(0, 1, 0, 1, 0));  // the empty cell is left out
  const DenseMatrix raw = to_dense(channels().x);
  const DenseMatrix x = to_dense(found.x);
  ASSERT_EQ(x.rows, 5);
  EXPECT_FLOAT_EQ(x(0, 0), std::asinh(raw(0, 1) / 150));  // transformed, not scaled
  EXPECT_FLOAT_EQ(x(4, 1), std::asinh(raw(5, 2) / 150));
  EXPECT_THAT(found.notes, ElementsAre("2 of 4 channels are tested; their values are transformed "
                                       "by arcsinh(x / 150), as for the fit"));
}

TEST(MarkerValues, TakeMarkersThatTheFitLeftOutAndChannelsThatItUsed) {
  EXPECT_THAT(marker_values(channels(), kTypes, arcsinh({"CD4", "FSC-A"})).names,
              ElementsAre("CD3", "CD4", "FSC-A"));
}

TEST(MarkerValues, OfTransformedChannelsStayAsTheyAre) {
  Preprocessing fitted = arcsinh({"CD3", "CD4"});
  fitted.normalise = "none";
  const MarkerValues found = marker_values(channels(), kTypes, fitted);
  EXPECT_EQ(to_dense(found.x)(0, 0), to_dense(channels().x)(0, 1));
  EXPECT_THAT(found.notes.front(), HasSubstr("used as they are"));
}

TEST(MarkerValues, LeaveOutFeaturesWithMissingValues) {
  Dataset data = channels();
  std::get<DenseMatrix>(data.x)(2, 1) = std::nanf("");
  std::get<DenseMatrix>(data.x)(3, 0) = std::nanf("");  // of no marker
  const MarkerValues found = marker_values(data, kTypes, arcsinh({"CD4"}));
  EXPECT_THAT(found.names, ElementsAre("CD4"));
  EXPECT_THAT(found.notes, testing::Contains("not tested, because some values are missing (NaN) or "
                                             "infinite: CD3"));
  data.features.columns.clear();
  EXPECT_THAT(marker_values(data, kTypes, arcsinh({"CD4"})).names, ElementsAre("CD4", "FSC-A"));
}

TEST(MarkerValues, RefuseDataWithoutAnyFiniteFeature) {
  Dataset data = counts();
  for (Index f = 0; f < 4; ++f) {
    std::get<DenseMatrix>(data.x)(0, f) = std::nanf("");
  }
  try {
    marker_values(data, kTypes, arcsinh({"g1"}));
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no feature can be tested as a marker"));
  }
}

TEST(MarkerValues, OfGenesAreAllOfThem) {
  const MarkerValues found = marker_values(counts(), kTypes, arcsinh({"g1"}));
  EXPECT_EQ(found.scale, metrics::MarkerScale::counts);
  EXPECT_EQ(found.names.size(), 4U);
  EXPECT_EQ(found.types, kTypes);
  EXPECT_EQ(to_dense(found.x).values, to_dense(counts().x).values);
  EXPECT_THAT(found.notes, IsEmpty());
}

}  // namespace marker_values_test
}  // namespace mixvae::analysis
