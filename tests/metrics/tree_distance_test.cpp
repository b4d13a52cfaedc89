#include "metrics/tree_distance.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "metrics/accuracy.hpp"
#include "metrics/labelings.hpp"
#include "metrics/newick.hpp"

namespace mixvae::metrics {
namespace {

const std::vector<std::string> kNames{"A", "B", "C", "D", "E", "F"};
const std::string kTree = "(((A,B),C),((D,E),F));";

std::vector<double> tree_distances() {
  return leaf_distances(parse_newick(kTree, "test"), kNames, "test");
}

/// Ten cells per type, three of them in the cluster of another type.
Contingency confused(const Labelling& with) {
  Labelling types;
  Labelling clusters;
  for (std::int32_t t = 0; t < 6; ++t) {
    for (int i = 0; i < 10; ++i) {
      types.push_back(t);
      clusters.push_back(i < 3 ? with[t] : t);
    }
  }
  return contingency(types, clusters);
}

const Labelling kOwn{0, 1, 2, 3, 4, 5};

TEST(TreeDistance, OfMistakesBetweenSiblingsIsSmallerThanRandom) {
  const TreeDistance near = tree_distance(confused({1, 0, 1, 4, 3, 3}), kOwn, tree_distances(), 1);
  EXPECT_EQ(near.wrong_cells, 18);
  EXPECT_DOUBLE_EQ(near.mean, (4 * 2 + 2 * 3) / 6.0);
  EXPECT_LT(near.standard_score, -2);
  EXPECT_LT(near.p, 0.05);
  const TreeDistance far = tree_distance(confused({3, 4, 5, 0, 1, 2}), kOwn, tree_distances(), 1);
  EXPECT_GT(far.standard_score, 1);
  EXPECT_GT(far.p, 0.5);
}

TEST(TreeDistance, RandomMeanIsTheMeanOverAllPairs) {
  const std::vector<double> distances = tree_distances();
  double sum = 0;
  for (const double distance : distances) {
    sum += distance;
  }
  const TreeDistance result =
      tree_distance(confused({1, 2, 3, 4, 5, 0}), kOwn, distances, 3, 20000);
  EXPECT_NEAR(result.random_mean, sum / 30, 0.01);
}

TEST(TreeDistance, DependsOnTheSeedAlone) {
  const Contingency table = confused({1, 2, 3, 4, 5, 0});
  const auto score = [&](std::uint64_t seed) {
    return tree_distance(table, kOwn, tree_distances(), seed, 50).standard_score;
  };
  EXPECT_EQ(score(1), score(1));
  EXPECT_NE(score(1), score(2));
}

TEST(TreeDistance, WithoutMistakesIsUndefined) {
  const TreeDistance result = tree_distance(confused(kOwn), kOwn, tree_distances(), 1);
  EXPECT_EQ(result.wrong_cells, 0);
  EXPECT_TRUE(std::isnan(result.mean));
  EXPECT_EQ(result.p, 1);
}

TEST(TreeDistance, LeavesOutClustersWithoutAType) {
  const Labelling types_of_clusters{0, 1, 2, 3, 4, -1};
  const TreeDistance result =
      tree_distance(confused({5, 5, 5, 5, 5, 0}), types_of_clusters, tree_distances(), 1);
  EXPECT_EQ(result.wrong_cells, 3);
}

TEST(TreeDistance, InAStarIsTheSameForAllMistakes) {
  const auto distances = leaf_distances(parse_newick("(A,B,C,D,E,F);", "test"), kNames, "test");
  const TreeDistance result = tree_distance(confused({1, 0, 1, 4, 3, 3}), kOwn, distances, 1);
  EXPECT_DOUBLE_EQ(result.mean, 2);
  EXPECT_EQ(result.standard_score, 0);
  EXPECT_EQ(result.p, 1);
}

TEST(TreeDistance, AssertsItsSizes) {
  const Labelling five{0, 1, 2, 3, 4};
  EXPECT_THROW(tree_distance(confused(kOwn), five, tree_distances(), 1), Bug);
  EXPECT_THROW(tree_distance(confused(kOwn), kOwn, std::vector<double>(25), 1), Bug);
}

}  // namespace
}  // namespace mixvae::metrics
