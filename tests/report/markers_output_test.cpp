#include "report/markers_output.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mixvae::report {
namespace {

using ::testing::HasSubstr;

/// Two features, each higher in one of two types.
metrics::MarkerStatistics two_types() {
  DenseMatrix x(8, 2);
  std::vector<std::int32_t> labels;
  for (Index cell = 0; cell < 8; ++cell) {
    labels.push_back(static_cast<std::int32_t>(cell % 2));
    x(cell, cell % 2) = 3.0F + static_cast<float>(cell);
  }
  return metrics::marker_statistics(Matrix(x), labels, 2, metrics::MarkerScale::values);
}

const std::vector<std::string> types = {"T1", "T2"};
const std::vector<std::string> features = {"gene,1", "gene2"};

TEST(MarkerTable, ShowsTheBestOfEachType) {
  const std::string csv = marker_table(two_types(), types, features, 5).csv();
  EXPECT_THAT(csv, HasSubstr("T1,\"gene,1\",6.00,"));
  EXPECT_THAT(csv, HasSubstr("T2,gene2,7.00,"));
  EXPECT_EQ(csv.find("T1,gene2"), std::string::npos);
}

TEST(MarkerCsv, HoldsEveryPositiveMarker) {
  const std::string csv = marker_csv(two_types(), types, features);
  EXPECT_THAT(
      csv,
      HasSubstr(
          "type,feature,effect,score,p,p_adjusted,fraction_in,fraction_out\nT1,\"gene,1\",6,"));
  EXPECT_THAT(csv, HasSubstr(",1,0\nT2,gene2,7,"));
}

TEST(MarkerJson, IsByType) {
  const auto json = nlohmann::json::parse(marker_json(two_types(), types, features, 1));
  EXPECT_EQ(json["types"]["T2"][0]["feature"], "gene2");
  EXPECT_EQ(json["types"]["T2"].size(), 1U);
}

}  // namespace
}  // namespace mixvae::report
