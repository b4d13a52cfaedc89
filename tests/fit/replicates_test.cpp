#include "fit/replicates.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"

namespace mixvae::fit {
namespace replicates_test {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// Groups of 60 cells far apart, one after the other.
DenseMatrix groups_apart(Index groups) {
  DenseMatrix x(60 * groups, 3);
  const Philox random(6, Purpose::test);
  for (Index n = 0; n < x.rows; ++n) {
    for (Index d = 0; d < x.columns; ++d) {
      x(n, d) = random.normal(static_cast<std::uint64_t>(n * x.columns + d));
    }
    x(n, n / 60 % 3) += static_cast<float>(30 * (1 + n / 180));
  }
  return x;
}

ReplicateOptions wanted(Index types, Index replicates = 3) {
  return {.replicates = replicates, .start = {.types = types, .seed = 11}};
}

TEST(Replicates, FindSeparateGroupsAgain) {
  const DenseMatrix points = groups_apart(3);
  const std::vector<Replicate> found = replicates(points, wanted(3));
  ASSERT_EQ(found.size(), 3U);
  for (const Replicate& replicate : found) {
    EXPECT_FALSE(replicate.members.empty());
    for (std::size_t n = 0; n < 180; ++n) {
      EXPECT_EQ(replicate.types[n], replicate.types[n / 60 * 60]) << n;
    }
    EXPECT_NE(replicate.types[0], replicate.types[60]);
    EXPECT_NE(replicate.types[60], replicate.types[120]);
  }
}

TEST(Replicates, AreTheSameForAnyNumberOfThreadsAndDifferFromEachOther) {
  const DenseMatrix points = groups_apart(1);
  const auto types_with = [&](int threads) {
    set_thread_count(threads);
    std::vector<std::vector<std::int32_t>> types;
    for (const Replicate& replicate : replicates(points, wanted(4))) {
      types.push_back(replicate.types);
    }
    set_thread_count(0);
    return types;
  };
  const auto once = types_with(1);
  EXPECT_EQ(once, types_with(3));
  EXPECT_NE(once[0], once[1]);
}

TEST(Replicates, RefuseTooFewCells) {
  EXPECT_TRUE(can_replicate(20, 5));
  EXPECT_FALSE(can_replicate(19, 1));
  EXPECT_FALSE(can_replicate(60, 16));
  try {
    static_cast<void>(replicates(groups_apart(1), wanted(16)));
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("too few cells to draw samples from"),
                                    HasSubstr("60 cells for 16 types")));
  }
}

TEST(LandmarkCells, AreAllOfFewCells) {
  EXPECT_EQ(landmark_cells({0, 1, -1, 0}, 10, 2, 1), (std::vector<Index>{0, 1, 2, 3}));
}

TEST(LandmarkCells, HaveEnoughOfEveryType) {
  std::vector<std::int32_t> types(1000, 0);
  std::fill(types.begin() + 500, types.begin() + 540, 1);
  types[7] = 2;
  const std::vector<Index> cells = landmark_cells(types, 100, 20, 3);
  EXPECT_TRUE(std::ranges::is_sorted(cells));
  const auto of = [&](std::int32_t type) {
    return std::ranges::count_if(
        cells, [&](Index cell) { return types[static_cast<std::size_t>(cell)] == type; });
  };
  EXPECT_GE(of(0), 80);
  EXPECT_LE(of(0), 100);
  EXPECT_GE(of(1), 20);
  EXPECT_EQ(of(2), 1);
}

TEST(Majority, IsTheMostCommonLabelAndOfEqualOnesTheFirst) {
  const std::vector<std::int32_t> labels = {5, 7, 7, 5, -1};
  EXPECT_EQ(majority(std::vector<std::int32_t>{0, 1, 2}, labels), 7);
  EXPECT_EQ(majority(std::vector<std::int32_t>{1, 0}, labels), 7);
  EXPECT_EQ(majority(std::vector<std::int32_t>{0, 1, 2, 3}, labels), 5);
  EXPECT_EQ(majority(std::vector<std::int32_t>{4}, labels), -1);
}

}  // namespace replicates_test
}  // namespace mixvae::fit
