#include "cluster/knn.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cluster/samples.hpp"
#include "support/python.hpp"

namespace mixvae::cluster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Knn, AgreesWithScikitLearn) {
  const DenseMatrix x = separated_groups(1200, 5, 6, 2.0);
  const auto run = test::run_python(
      "import numpy as np\n"
      "from sklearn.neighbors import NearestNeighbors\n"
      "x = np.loadtxt('x.txt')\n"
      "d, i = NearestNeighbors(n_neighbors=7).fit(x).kneighbors()\n"
      "print(*i.ravel(), *d.ravel())\n",
      {{"x.txt", test::number_text(x.values, 5)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const Neighbours found = nearest_neighbours(x, 7);
  ASSERT_EQ(expected.size(), 2 * found.cells.size());
  for (std::size_t i = 0; i < found.cells.size(); ++i) {
    ASSERT_EQ(found.cells[i], expected[i]);
    ASSERT_NEAR(found.distances[i], expected[found.cells.size() + i], 1e-5);
  }
}

TEST(Knn, OrdersTiesByIndexAndLeavesOutTheCellItself) {
  DenseMatrix x(5, 1);
  x.values = {0, 1, 0, 1, 0};
  const Neighbours found = nearest_neighbours(x, 3);
  EXPECT_THAT(found.of(0), ElementsAre(2, 4, 1));
  EXPECT_THAT(found.of(2), ElementsAre(0, 4, 1));
  EXPECT_THAT(found.of(3), ElementsAre(1, 0, 2));
  EXPECT_THAT(found.distances_of(3), ElementsAre(0, 1, 1));
}

TEST(Knn, HandlesTwoCellsAndAllOtherCells) {
  DenseMatrix x(2, 2);
  x.values = {0, 0, 3, 4};
  const Neighbours found = nearest_neighbours(x, 1);
  EXPECT_THAT(found.cells, ElementsAre(1, 0));
  EXPECT_THAT(found.distances, ElementsAre(5, 5));
  const Neighbours all = nearest_neighbours(separated_groups(70, 3, 2), 69);
  for (const float distance : all.distances) {
    EXPECT_TRUE(std::isfinite(distance));
  }
}

TEST(Knn, RefusesValuesTooLargeForDistances) {
  DenseMatrix x = separated_groups(500, 3, 2);
  x(17, 1) = 3e19F;
  for (const char* const way : {"exact", "approximate"}) {
    try {
      nearest_neighbours(x, {.neighbours = 4, .search = way});
      FAIL() << way;
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr("values are too large for distances"));
      EXPECT_THAT(error.what(), HasSubstr("row 18"));
      EXPECT_THAT(error.what(), HasSubstr("scale"));
    }
    EXPECT_THROW(neighbours_among(x, x, {.neighbours = 500, .search = way}), InputError) << way;
  }
}

TEST(Knn, GivesTheSameBitsForAnyNumberOfThreads) {
  const DenseMatrix x = separated_groups(500, 4, 3, 1.0);
  set_thread_count(1);
  const Neighbours one = nearest_neighbours(x, 9);
  set_thread_count(3);
  const Neighbours three = nearest_neighbours(x, 9);
  set_thread_count(0);
  EXPECT_EQ(one.cells, three.cells);
  EXPECT_EQ(one.distances, three.distances);
}

TEST(Knn, FindsTheNearestInEveryMetricAccordingToScikitLearn) {
  const DenseMatrix x = separated_groups(150, 7, 4, 2.0);
  for (const std::string& metric : metric_names()) {
    const auto run = test::run_python(
        "import numpy as np\n"
        "from sklearn.neighbors import NearestNeighbors\n"
        "x = np.loadtxt('x.txt')\n"
        "n = NearestNeighbors(n_neighbors=4, algorithm='brute', metric='" +
            metric +
            "').fit(x)\n"
            "d, i = n.kneighbors()\n"
            "print(*i.ravel(), *d.ravel())\n",
        {{"x.txt", test::number_text(x.values, 7)}});
    MIXVAE_NEEDS_PYTHON(run);
    const std::vector<double> expected = test::numbers_in(run.output);
    const Neighbours found = nearest_neighbours(x, {.neighbours = 4, .metric = metric});
    for (std::size_t i = 0; i < found.cells.size(); ++i) {
      ASSERT_EQ(found.cells[i], expected[i]) << metric;
      ASSERT_NEAR(found.distances[i], expected[found.cells.size() + i], 1e-5) << metric;
    }
  }
}

TEST(Knn, AmongOtherCellsCountsEqualCellsAsNeighbours) {
  const DenseMatrix x = separated_groups(40, 3, 2);
  DenseMatrix queries(2, 3);
  std::ranges::copy(x.row(17), queries.row(0).begin());
  std::ranges::copy(x.row(3), queries.row(1).begin());
  const Neighbours found = neighbours_among(queries, x, {.neighbours = 40});
  EXPECT_EQ(found.of(0)[0], 17);
  EXPECT_EQ(found.of(1)[0], 3);
  EXPECT_EQ(found.distances_of(1)[0], 0);
  try {
    neighbours_among(queries, x, {.neighbours = 41});
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("at most the 40 cells"));
  }
}

TEST(Knn, OfEqualCellsAreTheFirstOnes) {
  const Neighbours found = nearest_neighbours(DenseMatrix(4, 2), {.neighbours = 2});
  EXPECT_THAT(found.cells, ElementsAre(1, 2, 0, 2, 0, 1, 0, 1));
  EXPECT_THAT(found.distances, testing::Each(0));
}

TEST(Knn, TheFirstOfMoreNeighboursAreThoseOfFewer) {
  const DenseMatrix x = separated_groups(40, 3, 2);
  const Neighbours wanted = nearest_neighbours(x, 4);
  const Neighbours first = nearest_of(nearest_neighbours(x, 9), 4);
  EXPECT_EQ(first.k, 4);
  EXPECT_EQ(first.cells, wanted.cells);
  EXPECT_EQ(first.distances, wanted.distances);
  EXPECT_TRUE(nearest_of(wanted, 0).cells.empty());
}

TEST(Knn, ChoosesTheExactSearchBySize) {
  EXPECT_TRUE(searches_exactly(10000, 10000, 784, {}));
  EXPECT_FALSE(searches_exactly(70000, 70000, 784, {}));
  EXPECT_FALSE(searches_exactly(10, 10, 2, {.search = "approximate"}));
  EXPECT_TRUE(searches_exactly(70000, 70000, 784, {.search = "exact"}));
}

TEST(Knn, RefusesAsManyNeighboursAsCellsAndValuesThatAreNotFinite) {
  DenseMatrix x(3, 1);
  try {
    nearest_neighbours(x, 3);
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("fewer than the 3 cells"));
  }
  EXPECT_THROW(nearest_neighbours(x, 0), UsageError);
  x(2, 0) = INFINITY;
  EXPECT_THROW(nearest_neighbours(x, 1), InputError);
}

}  // namespace
}  // namespace mixvae::cluster
