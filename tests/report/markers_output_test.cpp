#include "report/markers_output.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mixvae::report {
namespace markers_output_test {

using ::testing::HasSubstr;
using ::testing::Not;

/// Two features, each higher in one of two types.
metrics::MarkerStatistics two_types(metrics::MarkerScale scale, Index cells = 8) {
  DenseMatrix x(cells, 2);
  std::vector<std::int32_t> labels;
  for (Index cell = 0; cell < cells; ++cell) {
    labels.push_back(static_cast<std::int32_t>(cell % 2));
    x(cell, cell % 2) = 3.0F + static_cast<float>(cell);
  }
  return metrics::marker_statistics(Matrix(x), labels, 2, scale);
}

const std::vector<std::string> kTypes = {"T1", "T2"};
const std::vector<std::string> kFeatures = {"gene,1", "gene2"};

TEST(MarkerTable, ShowsTheBestOfEachType) {
  const auto statistics = two_types(metrics::MarkerScale::values);
  const std::string csv = marker_table({statistics, kTypes, kFeatures}, 5).csv();
  EXPECT_THAT(csv, HasSubstr("type,feature,difference,adjusted p,share in type,share in others\n"));
  EXPECT_THAT(csv, HasSubstr("T1,\"gene,1\",6.00,"));
  EXPECT_THAT(csv, HasSubstr("T2,gene2,7.00,"));
  EXPECT_THAT(csv, Not(HasSubstr("T1,gene2")));
}

TEST(MarkerTable, NamesTheRatioOfCounts) {
  const auto statistics = two_types(metrics::MarkerScale::counts);
  EXPECT_THAT(marker_table({statistics, kTypes, kFeatures}, 5).csv(), HasSubstr("log2 ratio"));
}

TEST(MarkerTable, OfChannelsShowsMediansAndLevels) {
  const auto statistics = two_types(metrics::MarkerScale::channels);
  const MarkerList list{statistics, kTypes, kFeatures, metrics::MarkerLevel::both};
  const std::string csv = marker_table(list, 5).csv();
  EXPECT_THAT(
      csv, HasSubstr("type,marker,level,difference,adjusted p,median in type,median in others\n"));
  EXPECT_THAT(csv, HasSubstr("T1,\"gene,1\",high,6.00,"));
  EXPECT_THAT(csv, HasSubstr("T1,gene2,low,-7.00,"));
  EXPECT_THAT(csv, HasSubstr(",6.00,0.00\n"));
}

TEST(MarkerTable, NeverSaysThatPIsZero) {
  const auto statistics = two_types(metrics::MarkerScale::values, 40000);
  const MarkerList list{statistics, kTypes, kFeatures};
  EXPECT_THAT(marker_table(list, 1).text(), HasSubstr("<1e-300"));
  EXPECT_THAT(marker_csv(list), HasSubstr(",1e-300,1e-300,-"));
  const auto json = nlohmann::json::parse(marker_json(list, 1));
  EXPECT_EQ(json["types"]["T1"][0]["p_adjusted"], 1e-300);
  EXPECT_LT(json["types"]["T1"][0]["log10_p_adjusted"], -300);
}

TEST(MarkerCsv, HoldsEveryHigherMarker) {
  const auto statistics = two_types(metrics::MarkerScale::values);
  const std::string csv = marker_csv({statistics, kTypes, kFeatures});
  EXPECT_THAT(csv, HasSubstr("type,feature,level,effect,score,p,p_adjusted,log10_p_adjusted,"
                             "fraction_in,fraction_out\nT1,\"gene,1\",high,6,"));
  EXPECT_THAT(csv, HasSubstr(",1,0\nT2,gene2,high,7,"));
  EXPECT_THAT(csv, Not(HasSubstr("low")));
}

TEST(MarkerCsv, HoldsLowerOnesWhereAskedFor) {
  const auto statistics = two_types(metrics::MarkerScale::channels);
  const std::string csv = marker_csv({statistics, kTypes, kFeatures, metrics::MarkerLevel::low});
  EXPECT_THAT(csv, HasSubstr("log10_p_adjusted,median_in,median_out\nT1,gene2,low,-7,"));
  EXPECT_THAT(csv, Not(HasSubstr("high")));
}

TEST(MarkerJson, IsByType) {
  const auto statistics = two_types(metrics::MarkerScale::values);
  const auto json = nlohmann::json::parse(marker_json({statistics, kTypes, kFeatures}, 1));
  EXPECT_EQ(json["effect"], "difference");
  EXPECT_EQ(json["types"]["T2"][0]["feature"], "gene2");
  EXPECT_EQ(json["types"]["T2"][0]["level"], "high");
  EXPECT_EQ(json["types"]["T2"][0]["fraction_out"], 0.0);
  EXPECT_EQ(json["types"]["T2"].size(), 1U);
}

}  // namespace markers_output_test
}  // namespace mixvae::report
