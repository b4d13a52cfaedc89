#include "cluster/spectral.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/parallel.hpp"
#include "cluster/fuzzy_graph.hpp"
#include "cluster/samples.hpp"
#include "support/python.hpp"

namespace mixvae::cluster {
namespace {

CsrMatrix graph_of(const DenseMatrix& x, Index k) {
  const Neighbours graph = nearest_neighbours(x, k);
  return fuzzy_union(graph, memberships(graph, neighbour_scales(graph)));
}

/// A chain of n nodes.
CsrMatrix chain(Index nodes) {
  CsrMatrix graph;
  graph.rows = graph.columns = nodes;
  for (Index i = 0; i < nodes; ++i) {
    for (const Index other : {i - 1, i + 1}) {
      if (other >= 0 && other < nodes) {
        graph.column_numbers.push_back(static_cast<std::int32_t>(other));
        graph.values.push_back(1);
      }
    }
    graph.offsets.push_back(static_cast<Index>(graph.values.size()));
  }
  return graph;
}

TEST(Spectral, AgreesWithNumpy) {
  const CsrMatrix graph = graph_of(separated_groups(150, 3, 3, 4.0), 12);
  const auto run = test::run_python(
      "import numpy as np\n"
      "w = np.loadtxt('w.txt'); s = np.sqrt(w.sum(1))\n"
      "v = np.linalg.eigh(w / np.outer(s, s))[1][:, ::-1][:, 1:4]\n"
      "v *= np.sign(v[np.abs(v).argmax(0), range(3)])\n"
      "print(*v.ravel())\n",
      {{"w.txt", test::number_text(to_dense(graph).values, 150)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const auto found = spectral_embedding(graph, {.components = 3, .tolerance = 1e-6});
  ASSERT_TRUE(found.has_value());
  for (std::size_t e = 0; e < expected.size(); ++e) {
    ASSERT_NEAR(found->values[e], expected[e], 1e-3);
  }
}

TEST(Spectral, OrdersAChain) {
  const auto found = spectral_embedding(chain(60), {.components = 1, .tolerance = 1e-4});
  ASSERT_TRUE(found.has_value());
  for (Index i = 2; i < 59; ++i) {
    EXPECT_EQ((*found)(i, 0) > (*found)(i - 1, 0), (*found)(2, 0) > (*found)(1, 0));
  }
}

TEST(Spectral, SaysWhenItDoesNotConverge) {
  EXPECT_FALSE(
      spectral_embedding(chain(3000), {.components = 2, .tolerance = 1e-9, .iterations = 2})
          .has_value());
}

TEST(Spectral, TakesNotANumberForNotConverged) {
  CsrMatrix graph = chain(50);
  graph.values[40] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(spectral_embedding(graph, {.components = 2, .iterations = 3}).has_value());
}

TEST(Spectral, WorksOnAsFewNodesAsVectors) {
  const auto found = spectral_embedding(chain(3), {.components = 2});
  ASSERT_TRUE(found.has_value());
  EXPECT_NEAR(std::abs((*found)(0, 0)), std::numbers::sqrt2 / 2, 1e-3);
  EXPECT_NEAR((*found)(1, 0), 0, 1e-3);
}

// Products of the vectors that one thread sums in other blocks than three differ in their last
// bits.
TEST(Spectral, GivesTheSameBitsForAnyNumberOfThreads) {
  for (const Index cells : {2000, 5000}) {
    const CsrMatrix graph = graph_of(separated_groups(cells, 3, 3, 4.0), 10);
    for (const Index components : {2, 20}) {
      set_thread_count(1);
      const auto one = spectral_embedding(graph, {.components = components});
      set_thread_count(3);
      const auto three = spectral_embedding(graph, {.components = components});
      set_thread_count(0);
      ASSERT_TRUE(one.has_value());
      EXPECT_EQ(one->values, three->values);
    }
  }
}

TEST(Spectral, FindsConnectedComponents) {
  CsrMatrix graph = chain(4);
  EXPECT_THAT(connected_components(graph), testing::ElementsAre(0, 0, 0, 0));
  graph.rows = graph.columns = 5;
  graph.offsets.push_back(graph.offsets.back());
  EXPECT_THAT(connected_components(graph), testing::ElementsAre(0, 0, 0, 0, 1));
}

}  // namespace
}  // namespace mixvae::cluster
