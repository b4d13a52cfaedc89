#include "metrics/rank_sum.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mixvae::metrics {
namespace {

using testing::ElementsAre;

TEST(RankSum, RanksNegativeZeroAndPositiveValuesWithTies) {
  // All values: -2, 0, 0, 0, 1, 1, 5 -> ranks 1, 3, 3, 3, 5.5, 5.5, 7.
  std::vector<GroupedValue> values{{1, 0}, {5, 1}, {-2, 0}, {1, 1}};
  const std::vector<Index> sizes{3, 4};
  const RankSums result = rank_sums(values, sizes);
  EXPECT_THAT(result.sums, ElementsAre(1 + 3 + 5.5, 3 + 3 + 5.5 + 7));
  EXPECT_DOUBLE_EQ(result.tie_sum, 24 + 6);
}

TEST(RankSum, OfOnlyZerosHasNoScore) {
  std::vector<GroupedValue> values;
  const std::vector<Index> sizes{2, 3};
  const RankSums result = rank_sums(values, sizes);
  EXPECT_THAT(result.sums, ElementsAre(6, 9));
  EXPECT_EQ(rank_sum_score(result.sums[0], 2, 5, result.tie_sum), 0);
  EXPECT_EQ(log10_two_sided_p(0), 0);
}

TEST(RankSum, NeedsCellsOnBothSides) {
  EXPECT_TRUE(std::isnan(rank_sum_score(0, 0, 5, 0)));
  EXPECT_TRUE(std::isnan(rank_sum_score(15, 5, 5, 0)));
}

TEST(RankSum, TwoSidedPIsThatOfTheNormal) {
  EXPECT_NEAR(log10_two_sided_p(1.959963984540054), std::log10(0.05), 1e-12);
  EXPECT_NEAR(log10_two_sided_p(-1.959963984540054), std::log10(0.05), 1e-12);
  EXPECT_TRUE(std::isnan(log10_two_sided_p(NAN)));
}

TEST(RankSum, LogarithmsOfPGoOnWhereDoublesEnd) {
  // From the continued fraction of Mills' ratio.
  EXPECT_NEAR(log10_two_sided_p(38), -315.2387597083, 1e-9);
  EXPECT_NEAR(log10_two_sided_p(100), -2173.5705128734, 1e-9);
  EXPECT_NEAR(log10_two_sided_p(35.0001), log10_two_sided_p(34.9999), 0.01);
  EXPECT_LT(log10_two_sided_p(35.0001), log10_two_sided_p(34.9999));
}

}  // namespace
}  // namespace mixvae::metrics
