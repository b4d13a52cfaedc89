#include "analysis/type_summary.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mixvae::analysis {
namespace type_summary_test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Assignment example() {
  Assignment assignment;
  assignment.type_names = {"T1", "T2", "T3"};
  assignment.types = {0, 0, 1, -1};
  assignment.type_prob = {0.5F, 1, 0.75F, std::nanf("")};
  return assignment;
}

TEST(TypeSummary, HasMeansOverTheCellsOfAType) {
  Assignment assignment = example();
  assignment.confidence = {0.25F, 0.5F, 1, std::nanf("")};
  assignment.support = {0.9F, 0.1F, 0};
  const std::vector<TypeSummary> types = type_summaries(assignment);
  ASSERT_EQ(types.size(), 3U);
  EXPECT_EQ(types[0].cells, 2);
  EXPECT_DOUBLE_EQ(types[0].probability, 0.75);
  EXPECT_DOUBLE_EQ(types[0].confidence, 0.375);
  EXPECT_TRUE(std::isnan(types[0].consensus));
  EXPECT_TRUE(std::isnan(types[2].probability));
  EXPECT_THAT(weak_types(types), ElementsAre("T1", "T2"));
}

TEST(TypeSummary, WithoutConfidenceNoTypeIsWeak) {
  EXPECT_THAT(weak_types(type_summaries(example())), IsEmpty());
}

}  // namespace type_summary_test
}  // namespace mixvae::analysis
