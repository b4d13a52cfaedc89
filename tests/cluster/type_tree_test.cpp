#include "cluster/type_tree.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "support/python.hpp"

namespace mixvae::cluster {
namespace type_tree_test {

using ::testing::ElementsAre;

/// Types of normal cells at places along the first axis, in three dimensions.
struct Line {
  DenseMatrix points;
  std::vector<std::int32_t> types;

  explicit Line(const std::vector<float>& places, Index each, std::uint64_t seed = 1)
      : points(static_cast<Index>(places.size()) * each, 3) {
    const Philox random(seed, Purpose::test);
    for (Index n = 0; n < points.rows; ++n) {
      types.push_back(static_cast<std::int32_t>(n / each));
      for (Index d = 0; d < 3; ++d) {
        points(n, d) = random.normal(static_cast<std::uint64_t>(3 * n + d));
      }
      points(n, 0) += places[at(n / each)];
    }
  }
};

TEST(TypeTree, NearTypesHangTogetherAndForksThatAreSureAreSupported) {
  const Line line({0, 40, 6, 47}, 60);
  const std::vector<TypeFork> tree = type_tree(line.points, line.types, 4);
  ASSERT_EQ(tree.size(), 3U);
  EXPECT_EQ(tree[0].a, 0);
  EXPECT_EQ(tree[0].b, 2);
  EXPECT_EQ(tree[1].a, 1);
  EXPECT_EQ(tree[1].b, 3);
  EXPECT_EQ(tree[2].a, 4);
  EXPECT_EQ(tree[2].b, 5);
  EXPECT_LT(tree[0].height, tree[1].height);
  for (const TypeFork& fork : tree) {
    EXPECT_DOUBLE_EQ(fork.support, 1);
  }
  EXPECT_THAT(leaf_order(tree), ElementsAre(0, 2, 1, 3));
}

TEST(TypeTree, AForkThatChanceMakesHasLittleSupport) {
  const Line line({0, 5, 10.02F, 60}, 15);  // the middle one is as near to either side
  const std::vector<TypeFork> tree = type_tree(line.points, line.types, 4);
  EXPECT_LT(tree[0].support, 0.95);
  EXPECT_DOUBLE_EQ(tree[2].support, 1);
}

TEST(TypeTree, HeightsAreThoseOfScipy) {
  const Line line({0, 3, 9, 10, 30}, 41, 9);
  const auto run = test::run_python(
      "import numpy as np\nfrom scipy.cluster.hierarchy import linkage\n"
      "from scipy.spatial.distance import pdist\n"
      "x = np.loadtxt('x'); t = np.loadtxt('t').astype(int)\n"
      "m = np.array([x[t == k].mean(0) for k in range(5)]); r = x - m[t]\n"
      "w = r.T @ r / len(x); w = 0.7 * w + 0.3 * np.trace(w) / 3 * np.eye(3)\n"
      "print(*linkage(pdist(m, 'mahalanobis', VI=np.linalg.inv(w)), 'average')[:, 2])\n",
      {{"x", test::number_text(line.points.values, 3)}, {"t", test::number_text(line.types)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const std::vector<TypeFork> tree = type_tree(line.points, line.types, 5);
  for (std::size_t m = 0; m < 4; ++m) {
    EXPECT_NEAR(tree[m].height, expected[m], 1e-4 * expected[m]);
  }
}

TEST(TypeTree, TypesWithoutCellsAreAtTheRoot) {
  const Line line({0, 20, 23}, 30);
  const std::vector<TypeFork> tree = type_tree(line.points, line.types, 5);
  ASSERT_EQ(tree.size(), 4U);
  EXPECT_TRUE(std::isfinite(tree[1].height));
  EXPECT_TRUE(std::isinf(tree[2].height));
  EXPECT_TRUE(std::isinf(tree[3].height));
  EXPECT_EQ(tree[3].support, 0);
  EXPECT_EQ(leaf_order(tree).size(), 5U);
}

TEST(TypeTree, IsTheSameForAnyNumberOfThreads) {
  const Line line({0, 5, 9, 14, 20, 29}, 12);
  const auto with = [&](int threads) {
    set_thread_count(threads);
    std::vector<double> supports;
    for (const TypeFork& fork : type_tree(line.points, line.types, 6, {.seed = 3})) {
      supports.push_back(fork.support);
      supports.push_back(fork.height);
    }
    set_thread_count(0);
    return supports;
  };
  EXPECT_EQ(with(1), with(3));
}

TEST(TypeTree, OfOneTypeIsEmptyAndStrangeTypesAreABug) {
  const Line line({0}, 9);
  EXPECT_TRUE(type_tree(line.points, line.types, 1).empty());
  EXPECT_THAT(leaf_order({}), ElementsAre(0));
  EXPECT_THROW(static_cast<void>(type_tree(line.points, std::vector<std::int32_t>(9, 2), 2)), Bug);
  EXPECT_THROW(static_cast<void>(type_tree(line.points, {0}, 2)), Bug);
}

}  // namespace type_tree_test
}  // namespace mixvae::cluster
