#include "cluster/kmeans.hpp"

#include <cmath>
#include <set>

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

TEST(Kmeans, FindsSeparatedGroupsNumberedBySize) {
  const Index groups = 7;
  const DenseMatrix x = separated_groups(200, 5, groups);
  const Kmeans result = kmeans(x, {.clusters = groups, .seed = 3});
  for (Index i = 0; i < x.rows; ++i) {
    EXPECT_EQ(result.labels[i], i % groups)
        << "sizes fall with the group's number: 29,29,29,29,28,..";
  }
  EXPECT_EQ(result.labels, nearest_centres(x, result.centres));
}

TEST(Kmeans, ReachesTheInertiaOfScikitLearn) {
  const DenseMatrix x = separated_groups(600, 4, 12, 3.0);
  const auto run = test::run_python(
      "import numpy as np\n"
      "from sklearn.cluster import KMeans\n"
      "x = np.loadtxt('x.txt')\n"
      "print(KMeans(9, n_init=10, random_state=0).fit(x).inertia_)\n",
      {{"x.txt", test::number_text(x.values, 4)}});
  MIXVAE_NEEDS_PYTHON(run);
  const double expected = test::numbers_in(run.output).at(0);
  EXPECT_LT(kmeans(x, {.clusters = 9}).inertia, 1.02 * expected);
}

TEST(Kmeans, InertiaIsThatOfItsLabels) {
  const DenseMatrix x = separated_groups(300, 3, 10, 2.0);
  const Kmeans result = kmeans(x, {.clusters = 6, .starts = 2});
  double inertia = 0;
  for (Index i = 0; i < x.rows; ++i) {
    for (Index c = 0; c < 3; ++c) {
      inertia += std::pow(x(i, c) - result.centres(result.labels[i], c), 2);
    }
  }
  EXPECT_NEAR(result.inertia, inertia, 1e-4 * inertia);
}

TEST(Kmeans, EveryClusterHasACellEvenAmongEqualCells) {
  DenseMatrix x(6, 2);
  x(5, 0) = 1;
  const Kmeans result = kmeans(x, {.clusters = 4});
  const std::set<std::int32_t> used(result.labels.begin(), result.labels.end());
  EXPECT_EQ(used.size(), 4U);
}

TEST(Kmeans, OneClusterHasTheMeanAsItsCentre) {
  DenseMatrix x(2, 1);
  x(1, 0) = 3;
  const Kmeans result = kmeans(x, {.clusters = 1});
  EXPECT_THAT(result.labels, ElementsAre(0, 0));
  EXPECT_THAT(result.centres.values, ElementsAre(1.5F));
  EXPECT_DOUBLE_EQ(result.inertia, 4.5);
}

TEST(Kmeans, AsManyClustersAsCellsLeaveNoInertia) {
  const DenseMatrix x = separated_groups(10, 3, 10);
  const Kmeans result = kmeans(x, {.clusters = 10});
  EXPECT_EQ(result.inertia, 0);
  EXPECT_EQ(kmeans(separated_groups(1, 3, 1), {.clusters = 1}).inertia, 0);
}

TEST(Kmeans, GivesTheSameBitsForAnyNumberOfThreads) {
  const DenseMatrix x = separated_groups(40000, 6, 15, 3.0);
  for (const int starts : {1, 3}) {
    const KmeansOptions options{.clusters = 15, .starts = starts, .iterations = 20};
    set_thread_count(1);
    const Kmeans one = kmeans(x, options);
    set_thread_count(3);
    const Kmeans three = kmeans(x, options);
    set_thread_count(0);
    EXPECT_EQ(one.labels, three.labels);
    EXPECT_EQ(one.centres.values, three.centres.values);
    EXPECT_EQ(one.inertia, three.inertia);
  }
}

TEST(Kmeans, RefusesMoreClustersThanCellsAndValuesThatAreNotFinite) {
  DenseMatrix x(3, 2);
  try {
    kmeans(x, {.clusters = 4});
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("1 to 3, the number of cells"));
  }
  EXPECT_THROW(kmeans(x, {.clusters = 0}), UsageError);
  x(1, 1) = NAN;
  try {
    kmeans(x, {.clusters = 2});
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("row 2, column 2"));
  }
}

}  // namespace
}  // namespace mixvae::cluster
