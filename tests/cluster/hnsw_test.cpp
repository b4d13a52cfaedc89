#include "cluster/hnsw.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/parallel.hpp"
#include "cluster/samples.hpp"

namespace mixvae::cluster {
namespace {

TEST(Hnsw, FindsNearlyAllNeighboursInItsMetrics) {
  for (const std::string metric : {"manhattan", "canberra"}) {
    expect_nearly_all_neighbours(metric);
  }
}

TEST(Hnsw, GivesTheSameBitsForAnyNumberOfThreadsAlsoWithSeveralGraphs) {
  const DenseMatrix x = separated_groups(41000, 2, 50, 1.0);  // two graphs
  const KnnOptions options{
      .neighbours = 5, .metric = "manhattan", .search = "approximate", .seed = 4};
  set_thread_count(1);
  const Neighbours one = nearest_neighbours(x, options);
  set_thread_count(2);
  const Neighbours two = nearest_neighbours(x, options);
  set_thread_count(0);
  EXPECT_EQ(one.cells, two.cells);
  EXPECT_EQ(one.distances, two.distances);
}

TEST(Hnsw, FindsTheCellItselfAmongOtherCellsQueries) {
  const DenseMatrix x = separated_groups(1000, 4, 5, 2.0);
  const Neighbours found =
      neighbours_among(x, x, {.neighbours = 3, .metric = "manhattan", .search = "approximate"});
  for (Index i = 0; i < x.rows; ++i) {
    EXPECT_EQ(found.of(i)[0], i);
    EXPECT_EQ(found.distances_of(i)[0], 0);
  }
}

TEST(Hnsw, SurvivesEqualCells) {
  const DenseMatrix equal(500, 3);
  const Neighbours found =
      nearest_neighbours(equal, {.neighbours = 20, .metric = "manhattan", .search = "approximate"});
  for (Index i = 0; i < equal.rows; ++i) {
    EXPECT_EQ(std::set<std::int32_t>(found.of(i).begin(), found.of(i).end()).size(), 20U);
    EXPECT_EQ(found.distances_of(i)[19], 0);
  }
}

}  // namespace
}  // namespace mixvae::cluster
