#include "analysis/reliability.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::analysis {
namespace reliability_test {

/// Five cells of two types and one without; the probability is higher for right cells.
Assignment typed_cells() {
  Assignment assignment;
  assignment.type_names = {"T1", "T2"};
  assignment.types = {0, 0, 0, 1, 1, -1};
  assignment.type_prob = {0.9F, 0.8F, 0.3F, 0.9F, 0.8F, 0};
  return assignment;
}

Categorical two_labels() { return {{"A", "B"}, {0, 0, 1, 1, 1, 1}, false}; }

TEST(ReliabilityOf, ProbabilityAloneWhereTheModelHasNoConfidence) {
  const Reliability found = reliability_of(typed_cells(), two_labels(), {});
  EXPECT_FALSE(found.confidence.has_value());
  EXPECT_DOUBLE_EQ(found.probability.auroc_right, 1);
  EXPECT_NEAR(found.probability.ece_right, (0.1 + 0.2 + 0.3 + 0.1 + 0.2) / 5, 1e-6);
  EXPECT_TRUE(std::isnan(found.reproduced));
  EXPECT_TRUE(std::isnan(found.probability.auroc_reproduced));
}

TEST(ReliabilityOf, IndependentFitsAreMatchedAndAveraged) {
  Assignment assignment = typed_cells();
  assignment.confidence = {0.1F, 0.9F, 0.9F, 0.9F, 0.9F, std::nanf("")};
  Assignment same = typed_cells();
  for (std::int32_t& type : same.types) {
    type = type < 0 ? -1 : 1 - type;  // other numbers
  }
  Assignment other = typed_cells();
  other.types[0] = 1;
  const Reliability found = reliability_of(assignment, two_labels(), {same, other});
  EXPECT_DOUBLE_EQ(found.reproduced, (1 + 0.8) / 2);
  ASSERT_TRUE(found.confidence.has_value());
  EXPECT_DOUBLE_EQ(found.confidence->auroc_reproduced, 1) << "of the one fit that can tell";
  EXPECT_NEAR(found.confidence->ece_reproduced, ((0.9 + 4 * 0.1) / 5 + 0.1) / 2, 1e-6);
}

TEST(ReliabilityOf, OtherNumbersOfCellsAreABug) {
  Assignment fewer = typed_cells();
  fewer.types.pop_back();
  EXPECT_THROW(reliability_of(typed_cells(), two_labels(), {fewer}), Bug);
  Assignment short_score = typed_cells();
  short_score.type_prob.pop_back();
  EXPECT_THROW(reliability_of(short_score, two_labels(), {}), Bug);
}

TEST(ReliabilityOf, CellsWithoutAnyLabelAreRefused) {
  const Categorical none{{"A"}, {-1, -1, -1, -1, -1, 0}, false};
  EXPECT_THROW(reliability_of(typed_cells(), none, {}), InputError);
}

}  // namespace reliability_test
}  // namespace mixvae::analysis
