#include "cluster/part_search.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/parallel.hpp"
#include "cluster/samples.hpp"

namespace mixvae::cluster {
namespace {

TEST(PartSearch, FindsNearlyAllNeighboursInItsMetrics) {
  for (const std::string metric : {"euclidean", "cosine", "correlation"}) {
    expect_nearly_all_neighbours(metric);
  }
}

TEST(PartSearch, GivesTheSameBitsForAnyNumberOfThreads) {
  const DenseMatrix x = separated_groups(20000, 2, 50, 1.0);
  const KnnOptions options{.neighbours = 5, .search = "approximate", .seed = 4};
  set_thread_count(1);
  const Neighbours one = nearest_neighbours(x, options);
  set_thread_count(2);
  const Neighbours two = nearest_neighbours(x, options);
  set_thread_count(0);
  EXPECT_EQ(one.cells, two.cells);
  EXPECT_EQ(one.distances, two.distances);
}

TEST(PartSearch, FindsNeighboursOfWideRowsByTheirComponents) {
  // Few directions, spread over many columns, and a little noise.
  const DenseMatrix narrow = separated_groups(5000, 12, 9, 2.0);
  PhiloxStream random(8, Purpose::test);
  DenseMatrix x(5000, 160);
  for (Index i = 0; i < x.rows; ++i) {
    for (Index c = 0; c < x.columns; ++c) {
      const Index scale = 1 + c / 12;
      x(i, c) = narrow(i, c % 12) * static_cast<float>(scale) +
                0.5F * static_cast<float>(random.normal());
    }
  }
  const Neighbours exact = nearest_neighbours(x, {.neighbours = 8, .search = "exact"});
  const Neighbours found = nearest_neighbours(x, {.neighbours = 8, .search = "approximate"});
  EXPECT_GT(recall(found, exact), 0.97);
  EXPECT_NEAR(found.distances[0], exact.distances[0], 1e-4);
  const Neighbours queried = neighbours_among(x, x, {.neighbours = 2, .search = "approximate"});
  EXPECT_EQ(queried.of(17)[0], 17);
}

TEST(PartSearch, FindsTheCellItselfAmongOtherCellsQueries) {
  const DenseMatrix x = separated_groups(1000, 4, 5, 2.0);
  const Neighbours found = neighbours_among(x, x, {.neighbours = 3, .search = "approximate"});
  for (Index i = 0; i < x.rows; ++i) {
    EXPECT_EQ(found.of(i)[0], i);
    EXPECT_EQ(found.distances_of(i)[0], 0);
  }
}

TEST(PartSearch, SurvivesEqualCellsAndAllOtherCells) {
  const DenseMatrix equal(500, 3);
  const Neighbours found = nearest_neighbours(equal, {.neighbours = 20, .search = "approximate"});
  for (Index i = 0; i < equal.rows; ++i) {
    EXPECT_EQ(std::set<std::int32_t>(found.of(i).begin(), found.of(i).end()).size(), 20U);
    EXPECT_EQ(found.distances_of(i)[19], 0);
  }
  const DenseMatrix few = separated_groups(30, 3, 2);
  const Neighbours all = nearest_neighbours(few, {.neighbours = 29, .search = "approximate"});
  EXPECT_EQ(recall(all, nearest_neighbours(few, 29)), 1.0);
}

}  // namespace
}  // namespace mixvae::cluster
