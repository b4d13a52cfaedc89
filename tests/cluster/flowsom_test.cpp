#include "cluster/flowsom.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cluster/samples.hpp"
#include "support/python.hpp"

namespace mixvae::cluster {
namespace {

using testing::HasSubstr;

TEST(Flowsom, HasTheConsensusOfThePaperInScipy) {
  const DenseMatrix x = separated_groups(25, 3, 4, 3.0);
  std::vector<std::vector<Index>> draws;
  PhiloxStream random(9, Purpose::test);
  std::string lines;
  for (int n = 0; n < 12; ++n) {
    draws.emplace_back();
    for (Index node = 0; node < 25; ++node) {
      if (random.uniform() < 0.8) {
        draws.back().push_back(node);
        lines += std::to_string(node) + " ";
      }
    }
    lines += "\n";
  }
  const auto run = test::run_python(
      "import numpy as np\n"
      "from scipy.cluster.hierarchy import linkage, fcluster\n"
      "x = np.loadtxt('x.txt'); t = np.zeros((25, 25)); c = np.zeros((25, 25))\n"
      "for line in open('draws.txt'):\n"
      "  i = np.array(line.split(), int)\n"
      "  f = fcluster(linkage(x[i], 'average'), 4, 'maxclust')\n"
      "  c[np.ix_(i, i)] += 1; t[np.ix_(i, i)] += f[:, None] == f\n"
      "print(*(t / np.maximum(c, 1)).ravel())\n",
      {{"x.txt", test::number_text(x.values, 3)}, {"draws.txt", lines}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const std::vector<double> found = consensus_matrix(x, 4, draws);
  ASSERT_EQ(expected.size(), found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_NEAR(found[i], expected[i], 1e-12);
  }
}

TEST(Flowsom, FindsSeparateGroupsAndIsAFunctionOfItsSeed) {
  const DenseMatrix x = separated_groups(900, 5, 6, 0.5);
  const FlowsomOptions options{.clusters = 6, .grid = 7, .seed = 2};
  const Flowsom found = flowsom(x, options);
  for (Index i = 6; i < 900; ++i) {
    EXPECT_EQ(found.labels[i], found.labels[i % 6]);
  }
  EXPECT_EQ(found.labels, flowsom(x, options).labels);
  EXPECT_NE(found.map.values, flowsom(x, {.clusters = 6, .grid = 7, .seed = 3}).map.values);
}

TEST(Flowsom, HandlesFewAndEqualCells) {
  EXPECT_THAT(flowsom(DenseMatrix(1, 2), {.clusters = 1}).labels, testing::ElementsAre(0));
  EXPECT_THAT(flowsom(DenseMatrix(30, 2), {.clusters = 3}).labels, testing::Each(0));
}

TEST(Flowsom, RefusesMoreClustersThanNodesOrCells) {
  for (const auto& [cells, clusters] : {std::pair<Index, Index>{50, 10}, {5, 6}, {50, 0}}) {
    try {
      flowsom(DenseMatrix(cells, 2), {.clusters = clusters, .grid = 3});
      FAIL() << "accepted";
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), HasSubstr("the number of nodes or cells"));
    }
  }
}

}  // namespace
}  // namespace mixvae::cluster
