#include "cluster/communities.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cluster/leiden.hpp"
#include "cluster/louvain.hpp"
#include "cluster/samples.hpp"
#include "support/python.hpp"

namespace mixvae::cluster {
namespace {

using testing::HasSubstr;

#define MIXVAE_NEEDS_COMMUNITIES()                    \
  do {                                                \
    if (!has_communities()) {                         \
      GTEST_SKIP() << "this build leaves igraph out"; \
    }                                                 \
  } while (false)

std::string edge_text(const std::vector<Link>& links) {
  std::string text;
  for (const Link& link : links) {
    text += std::to_string(link.a) + " " + std::to_string(link.b) + "\n";
  }
  return text;
}

TEST(Communities, HaveTheModularityThatPythonIgraphComputesAndNotLessThanItsOwn) {
  MIXVAE_NEEDS_COMMUNITIES();
  const Neighbours graph = nearest_neighbours(separated_groups(400, 3, 6, 2.5), 10);
  const Communities found = louvain(graph, {.resolution = 0.8});
  const Leiden finer = leiden(graph, {.resolution = 0.8});
  const auto run = test::run_python(
      "import numpy as np, igraph, random\n"
      "random.seed(1)\n"
      "e = np.loadtxt('e.txt', dtype=int); g = igraph.Graph(n=400, edges=e.tolist())\n"
      "def q(m):\n"
      "  m = np.array(m, int); within = (m[e[:, 0]] == m[e[:, 1]]).mean()\n"
      "  share = np.bincount(m[e.ravel()]) / e.size\n"
      "  return within - 0.8 * (share ** 2).sum()\n"
      "for f in ('louvain.txt', 'leiden.txt'): print(q(np.loadtxt(f)))\n"
      "print(max(q(g.community_multilevel(resolution=0.8).membership) for s in range(10)))\n",
      {{"e.txt", edge_text(undirected_links(graph))},
       {"louvain.txt", test::number_text(found.labels)},
       {"leiden.txt", test::number_text(finer.labels)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  ASSERT_EQ(expected.size(), 3U);
  EXPECT_NEAR(found.modularity, expected[0], 1e-9);
  EXPECT_NEAR(finer.modularity, expected[1], 1e-9);
  EXPECT_GT(found.modularity, expected[2] - 0.01);
}

TEST(Communities, ComeInTheWantedNumber) {
  MIXVAE_NEEDS_COMMUNITIES();
  const Neighbours graph = nearest_neighbours(separated_groups(300, 4, 5, 0.4), 12);
  const Communities found = louvain(graph, {.communities = 5});
  EXPECT_EQ(found.communities, 5);
  for (Index i = 5; i < 300; ++i) {
    EXPECT_EQ(found.labels[i], found.labels[i % 5]);
  }
  EXPECT_EQ(found.labels, louvain(graph, {.communities = 5}).labels);
}

TEST(Communities, OfLinksAreListedOnce) {
  DenseMatrix x(4, 1);
  x.values = {0, 1, 10, 11};
  const std::vector<Link> links = undirected_links(nearest_neighbours(x, 1));
  ASSERT_EQ(links.size(), 2U);
  EXPECT_EQ(links[0].a, 0);
  EXPECT_EQ(links[0].b, 1);
  EXPECT_EQ(links[1].a, 2);
  EXPECT_EQ(links[1].b, 3);
}

TEST(Communities, CannotBeMoreThanCells) {
  MIXVAE_NEEDS_COMMUNITIES();
  const Neighbours graph = nearest_neighbours(separated_groups(20, 2, 2), 3);
  try {
    louvain(graph, {.communities = 21});
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("21 communities for 20 cells"));
  }
}

}  // namespace
}  // namespace mixvae::cluster
