#include "cluster/knn.hpp"

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
