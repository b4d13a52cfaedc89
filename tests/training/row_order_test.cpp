#include "training/row_order.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace mixvae::training {
namespace {

TEST(SplitCells, EveryCellIsOnOneSide) {
  const Split split = split_cells(1003, 0.1, 1);
  EXPECT_EQ(split.validation.size(), 100U);
  std::set<Index> all(split.training.begin(), split.training.end());
  all.insert(split.validation.begin(), split.validation.end());
  EXPECT_EQ(all.size(), 1003U);
  EXPECT_EQ(*all.rbegin(), 1002);
  EXPECT_TRUE(std::ranges::is_sorted(split.training));
  EXPECT_NE(split.validation, split_cells(1003, 0.1, 2).validation);
  EXPECT_EQ(split.validation, split_cells(1003, 0.1, 1).validation);
}

TEST(SplitCells, SmallDataKeepEnoughToLearnFrom) {
  EXPECT_TRUE(split_cells(100, 0, 1).validation.empty());
  EXPECT_TRUE(split_cells(3, 0.5, 1).validation.empty());
  EXPECT_EQ(split_cells(4, 0.01, 1).validation.size(), 2U);
  EXPECT_EQ(split_cells(5, 0.9, 1).training.size(), 2U);
}

TEST(EpochOrder, IsAPermutationThatSeedAndEpochDecide) {
  const std::vector<Index> rows{2, 3, 5, 7, 11, 13, 17, 19};
  const auto order = epoch_order(rows, 1, 0);
  EXPECT_TRUE(std::ranges::is_permutation(order, rows));
  EXPECT_EQ(order, epoch_order(rows, 1, 0));
  EXPECT_NE(order, epoch_order(rows, 1, 1));
  EXPECT_NE(order, epoch_order(rows, 2, 0));
}

TEST(EpochOrder, PutsEveryRowFirstEquallyOften) {
  const std::vector<Index> rows{0, 1, 2, 3};
  std::vector<int> counts(4);
  for (int epoch = 0; epoch < 4000; ++epoch) {
    ++counts[static_cast<std::size_t>(epoch_order(rows, 1, epoch)[0])];
  }
  for (const int count : counts) {
    EXPECT_NEAR(count, 1000, 120);
  }
}

}  // namespace
}  // namespace mixvae::training
