#include "report/comparison_output.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mixvae::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

metrics::GroupMmd entry(Index first, Index second, double squared, double p) {
  metrics::GroupMmd test;
  test.first = first;
  test.second = second;
  test.first_cells = 20;
  test.second_cells = 30;
  test.test.squared = squared;
  test.test.p = p;
  test.adjusted_p = p;
  return test;
}

analysis::GroupComparison comparison() {
  analysis::GroupComparison result;
  result.names = {"B, naive", "T"};
  result.tests = {entry(0, 0, -0.25, 0.5), entry(0, 1, 0.75, 0.125), entry(1, 1, 0.125, 0.5)};
  result.summary = metrics::summarise(result.tests);
  return result;
}

TEST(ComparisonOutput, CsvHasOneRowPerTest) {
  const std::string csv = comparison_csv(comparison());
  EXPECT_THAT(csv, HasSubstr("first,second,kind,first_cells,second_cells,mmd2,scaled,bandwidth,p,"
                             "p_adjusted\n"));
  EXPECT_THAT(csv, HasSubstr("\"B, naive\",\"B, naive\",within,20,30,-0.25,"));
  EXPECT_THAT(csv, HasSubstr("\"B, naive\",T,between,20,30,0.75,0,0,0.125,0.125\n"));
}

TEST(ComparisonOutput, TextNamesGroupsThatAreNotToldApart) {
  EXPECT_THAT(comparison_text(comparison()),
              HasSubstr("not told apart: B, naive and T (p = 0.125)"));
  EXPECT_THAT(comparison_text(comparison()), HasSubstr("not defined"));
  analysis::GroupComparison apart = comparison();
  apart.tests[1].adjusted_p = 0.01;
  EXPECT_THAT(comparison_text(apart), Not(HasSubstr("not told apart")));
}

TEST(ComparisonOutput, JsonHasMeansAndTests) {
  const auto json = nlohmann::json::parse(comparison_json(comparison()));
  EXPECT_EQ(json["between"]["mmd2"], 0.75);
  EXPECT_EQ(json["within"]["mmd2"], -0.0625);
  EXPECT_EQ(json["within"]["tests"], 2);
  EXPECT_TRUE(json["ratio"].is_null());
  EXPECT_EQ(json["tests"][1]["kind"], "between");
  EXPECT_EQ(json["tests"][1]["cells"][1], 30);
}

}  // namespace
}  // namespace mixvae::report
