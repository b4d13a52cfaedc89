#include "metrics/group_medians.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/philox.hpp"

namespace mixvae::metrics {
namespace group_medians_test {

using testing::ElementsAre;
using testing::IsNan;

double plain_median(std::vector<float> values) {
  if (values.empty()) {
    return NAN;
  }
  std::ranges::sort(values);
  const std::size_t n = values.size();
  return (static_cast<double>(values[(n - 1) / 2]) + static_cast<double>(values[n / 2])) / 2;
}

TEST(GroupMedians, CountZerosThatAreNotListed) {
  // Group 0: -3, 0, 0, 5; group 1: 1, 2; group 2: no cells.
  const std::vector<GroupedValue> values{{-3, 0}, {1, 1}, {2, 1}, {5, 0}};
  const GroupMedians medians = group_medians(values, std::vector<Index>{4, 2, 0});
  EXPECT_THAT(medians.inside, ElementsAre(0, 1.5, IsNan()));
  EXPECT_THAT(medians.outside, ElementsAre(1.5, 0, 0.5));
}

TEST(GroupMedians, OfOneGroupHaveNothingOutside) {
  const GroupMedians medians = group_medians({}, std::vector<Index>{3});
  EXPECT_THAT(medians.inside, ElementsAre(0));
  EXPECT_THAT(medians.outside, ElementsAre(IsNan()));
}

TEST(GroupMedians, AreThoseOfTheSortedValues) {
  PhiloxStream random(8, Purpose::test);
  for (int trial = 0; trial < 50; ++trial) {
    const Index groups = 5;
    std::vector<std::vector<float>> inside(groups);
    std::vector<std::vector<float>> outside(groups);
    std::vector<GroupedValue> values;
    std::vector<Index> sizes(groups, 0);
    const auto cells = static_cast<int>(random.integer(60)) + 1;
    for (int cell = 0; cell < cells; ++cell) {
      const auto group = static_cast<std::int32_t>(random.integer(groups));
      const auto value = static_cast<float>(random.integer(7)) - 3;
      ++sizes[at(group)];
      for (Index g = 0; g < groups; ++g) {
        (g == group ? inside : outside)[at(g)].push_back(value);
      }
      if (value != 0) {
        values.push_back({value, group});
      }
    }
    std::ranges::sort(values, {}, &GroupedValue::value);
    const GroupMedians medians = group_medians(values, sizes);
    for (Index g = 0; g < groups; ++g) {
      const auto same = [](double a, double b) {
        return a == b || (std::isnan(a) && std::isnan(b));
      };
      EXPECT_TRUE(same(medians.inside[at(g)], plain_median(inside[at(g)]))) << trial << " " << g;
      EXPECT_TRUE(same(medians.outside[at(g)], plain_median(outside[at(g)]))) << trial << " " << g;
    }
  }
}

}  // namespace group_medians_test
}  // namespace mixvae::metrics
