#include "cluster/phenograph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/samples.hpp"
#include "support/python.hpp"

namespace mixvae::cluster {
namespace {

TEST(Phenograph, HasTheJaccardGraphOfThePaperInNumpy) {
  const DenseMatrix x = separated_groups(80, 3, 3, 2.0);
  const Neighbours graph = nearest_neighbours(x, 9);
  const auto run = test::run_python(
      "import numpy as np\n"
      "i = np.loadtxt('i.txt').astype(int); n, k = i.shape\n"
      "s = [set(r) for r in i]; w = np.zeros((n, n))\n"
      "for a in range(n):\n"
      "  for b in i[a]: w[a, b] = len(s[a] & s[b]) / len(s[a] | s[b])\n"
      "w = (w + w.T) / 2\n"
      "for a, b in zip(*np.nonzero(np.triu(w))): print(a, b, w[a, b])\n",
      {{"i.txt", test::number_text(graph.cells, 9)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const std::vector<Link> found = jaccard_links(graph);
  ASSERT_EQ(expected.size(), 3 * found.size());
  for (std::size_t e = 0; e < found.size(); ++e) {
    ASSERT_EQ(found[e].a, expected[3 * e]);
    ASSERT_EQ(found[e].b, expected[3 * e + 1]);
    ASSERT_NEAR(found[e].weight, expected[3 * e + 2], 1e-12);
  }
}

TEST(Phenograph, FindsSeparateGroupsAndCallsSmallOnesNoise) {
  if (!has_communities()) {
    GTEST_SKIP() << "this build leaves igraph out";
  }
  DenseMatrix x = separated_groups(309, 4, 3, 0.3);
  for (Index i = 300; i < 309; ++i) {
    for (Index c = 0; c < 4; ++c) {
      x(i, c) += 1000;
    }
  }
  const PhenographOptions options{.neighbours = 20, .runs = 3};
  const Communities found = phenograph(x, options);
  for (Index i = 0; i < 300; ++i) {
    EXPECT_GE(found.labels[i], 0);
    for (Index j = i % 3 + 1; j < 3; ++j) {
      EXPECT_NE(found.labels[i], found.labels[j]);
    }
  }
  for (Index i = 300; i < 309; ++i) {
    EXPECT_EQ(found.labels[i], -1);
  }
  EXPECT_EQ(found.labels, phenograph(x, options).labels);
}

TEST(Phenograph, HandlesOneCellAndEqualCells) {
  if (!has_communities()) {
    GTEST_SKIP() << "this build leaves igraph out";
  }
  EXPECT_THAT(phenograph(DenseMatrix(1, 2), {}).labels, testing::ElementsAre(-1));
  EXPECT_THAT(phenograph(DenseMatrix(1, 2), {.smallest = 1}).labels, testing::ElementsAre(0));
  EXPECT_EQ(phenograph(DenseMatrix(40, 2), {}).labels.size(), 40U);
  EXPECT_EQ(phenograph(DenseMatrix(2, 2), {.smallest = 1}).labels.size(), 2U);
}

}  // namespace
}  // namespace mixvae::cluster
