#include "data/loader.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "data/small_datasets.hpp"

namespace mixvae {
namespace loader_test {

std::vector<Index> counted(Index count) {
  std::vector<Index> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), Index{0});
  return rows;
}

std::vector<Index> copy_of(std::span<const Index> rows) { return {rows.begin(), rows.end()}; }

TEST(RandomOrder, IsAPermutationThatChangesWithSeedAndEpoch) {
  std::vector<Index> order = random_order(500, 1, 0);
  EXPECT_EQ(order, random_order(500, 1, 0));
  EXPECT_NE(order, random_order(500, 1, 1));
  EXPECT_NE(order, random_order(500, 2, 0));
  std::ranges::sort(order);
  EXPECT_EQ(order, counted(500));
}

TEST(RandomOrder, EveryOrderOfThreeIsEquallyLikely) {
  std::map<std::vector<Index>, int> seen;
  for (std::uint64_t epoch = 0; epoch < 6000; ++epoch) {
    ++seen[random_order(3, 7, epoch)];
  }
  ASSERT_EQ(seen.size(), 6U);
  double chi_square = 0;
  for (const auto& [order, count] : seen) {
    chi_square += (count - 1000.0) * (count - 1000.0) / 1000.0;
  }
  EXPECT_LT(chi_square, 20.5) << "0.999 quantile with 5 degrees of freedom";
}

TEST(SplitCells, PartitionsAndHoldsOutTheShare) {
  const CellSplit split = split_cells(1003, 0.1, 5);
  EXPECT_EQ(split.validation.size(), 100U);
  EXPECT_TRUE(std::ranges::is_sorted(split.training));
  std::vector<Index> all = split.training;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  std::ranges::sort(all);
  EXPECT_EQ(all, counted(1003));
  EXPECT_EQ(split.validation, split_cells(1003, 0.1, 5).validation);
  EXPECT_NE(split.validation, split_cells(1003, 0.1, 6).validation);
}

TEST(SplitCells, SmallSetsHoldOutTwoOrNothing) {
  EXPECT_TRUE(split_cells(100, 0, 1).validation.empty());
  EXPECT_EQ(split_cells(10, 0.1, 1).validation.size(), 2U);
  EXPECT_EQ(split_cells(4, 0.1, 1).validation.size(), 2U);
  EXPECT_TRUE(split_cells(3, 0.1, 1).validation.empty());
  EXPECT_EQ(split_cells(3, 0.1, 1).training.size(), 3U);
}

TEST(BatchLoader, BatchesAreEqualDisjointAndFromTheGivenRows) {
  const std::vector<Index> rows{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31};
  BatchLoader loader(rows, 4, 9);
  EXPECT_EQ(loader.batches_per_epoch(), 2);
  std::set<Index> seen;
  for (Index b = 0; b < 2; ++b) {
    const auto batch = loader.batch(3, b);
    EXPECT_EQ(batch.size(), 4U);
    seen.insert(batch.begin(), batch.end());
  }
  EXPECT_EQ(seen.size(), 8U);
  EXPECT_TRUE(std::ranges::includes(rows, seen));
}

TEST(BatchLoader, TheDroppedRowsDifferBetweenEpochs) {
  BatchLoader loader(counted(11), 4, 9);
  std::set<Index> seen;
  for (std::uint64_t epoch = 0; epoch < 20; ++epoch) {
    for (Index b = 0; b < loader.batches_per_epoch(); ++b) {
      const auto batch = loader.batch(epoch, b);
      seen.insert(batch.begin(), batch.end());
    }
  }
  EXPECT_EQ(seen.size(), 11U);
}

TEST(BatchLoader, AResumedLoaderGivesTheSameBatches) {
  BatchLoader whole(counted(50), 8, 4);
  whole.batch(0, 0);
  whole.batch(6, 5);
  const std::vector<Index> expected = copy_of(whole.batch(7, 2));
  BatchLoader resumed(counted(50), 8, 4);
  EXPECT_EQ(copy_of(resumed.batch(7, 2)), expected);
}

TEST(BatchLoader, FewerRowsThanABatchMakeOneBatchOfAll) {
  BatchLoader loader({4, 6, 8}, 100, 1);
  EXPECT_EQ(loader.batches_per_epoch(), 1);
  EXPECT_EQ(loader.batch_rows(), 3);
  EXPECT_THAT(copy_of(loader.batch(0, 0)), ::testing::UnorderedElementsAre(4, 6, 8));
}

}  // namespace loader_test
}  // namespace mixvae
