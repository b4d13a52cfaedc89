#include "metrics/contingency.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::metrics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Contingency, CountsPairsAndLeavesOutMissingLabels) {
  const std::vector<std::int32_t> types{0, 0, 1, 2, -1, 2, -1};
  const std::vector<std::int32_t> clusters{1, 1, 0, 0, 0, -1, -1};
  const Contingency table = contingency(types, clusters);
  EXPECT_EQ(table.rows, 3);
  EXPECT_EQ(table.columns, 2);
  EXPECT_THAT(table.counts, ElementsAre(0, 2, 1, 0, 1, 0));
  EXPECT_THAT(table.row_totals, ElementsAre(2, 1, 1));
  EXPECT_THAT(table.column_totals, ElementsAre(2, 2));
  EXPECT_EQ(table.total, 4);
  EXPECT_EQ(table.left_out, 3);
}

TEST(Contingency, MakesRoomForLabelsThatNoCellHas) {
  const std::vector<std::int32_t> labels{0};
  const Contingency table = contingency(labels, labels, 3, 2);
  EXPECT_EQ(table.rows, 3);
  EXPECT_EQ(table.columns, 2);
  EXPECT_THAT(table.row_totals, ElementsAre(1, 0, 0));
}

TEST(Contingency, RefusesLabellingsWithoutACommonCell) {
  const std::vector<std::int32_t> types{0, -1};
  const std::vector<std::int32_t> clusters{-1, 0};
  try {
    contingency(types, clusters);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no cell has both labels"));
    EXPECT_THAT(error.what(), HasSubstr("2 cells"));
  }
  EXPECT_THROW(contingency({}, {}), InputError);
}

TEST(Contingency, AssertsLengthsAndCodes) {
  const std::vector<std::int32_t> two{0, 1};
  const std::vector<std::int32_t> one{0};
  const std::vector<std::int32_t> broken{0, -2};
  EXPECT_THROW(contingency(two, one), Bug);
  EXPECT_THROW(contingency(two, broken), Bug);
}

}  // namespace
}  // namespace mixvae::metrics
