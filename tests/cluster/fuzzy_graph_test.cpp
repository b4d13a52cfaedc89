#include "cluster/fuzzy_graph.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "cluster/samples.hpp"
#include "support/python.hpp"
#include "support/valid_matrix.hpp"

namespace mixvae::cluster {
namespace {

TEST(FuzzyGraph, IsThatOfThePaperInNumpy) {
  DenseMatrix x = separated_groups(90, 4, 3, 1.5);
  for (Index c = 0; c < 4; ++c) {
    x(1, c) = x(0, c);  // equal cells
  }
  const Neighbours graph = nearest_neighbours(x, 7);
  const auto run = test::run_python(
      "import numpy as np\n"
      "from scipy.optimize import brentq\n"
      "i = np.loadtxt('i.txt').astype(int); d = np.loadtxt('d.txt')\n"
      "n, k = d.shape\n"
      "w = np.zeros((n, n))\n"
      "for r in range(n):\n"
      "  rho = d[r][d[r] > 0].min()\n"
      "  f = lambda s: np.exp(-np.maximum(d[r] - rho, 0) / s).sum() - np.log2(k + 1)\n"
      "  s = max(brentq(f, 1e-6, 1e6, xtol=1e-9), 1e-3 * d[r].sum() / (k + 1))\n"
      "  w[r, i[r]] = np.exp(-np.maximum(d[r] - rho, 0) / s)\n"
      "print(*(w + w.T - w * w.T).ravel())\n",
      {{"i.txt", test::number_text(graph.cells, 7)},
       {"d.txt", test::number_text(graph.distances, 7)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const CsrMatrix found = fuzzy_union(graph, memberships(graph, neighbour_scales(graph)));
  EXPECT_TRUE(support::is_valid(found));
  const DenseMatrix dense = to_dense(found);
  ASSERT_EQ(expected.size(), dense.values.size());
  for (std::size_t e = 0; e < expected.size(); ++e) {
    ASSERT_NEAR(dense.values[e], expected[e], 1e-4);
  }
}

TEST(FuzzyGraph, OfEqualCellsLinksThemFully) {
  const Neighbours graph = nearest_neighbours(DenseMatrix(6, 2), 3);
  const CsrMatrix found = fuzzy_union(graph, memberships(graph, neighbour_scales(graph)));
  for (const float weight : found.values) {
    EXPECT_EQ(weight, 1);
  }
}

TEST(FuzzyGraph, KeepsTheFarthestNeighbour) {
  DenseMatrix x(5, 1);
  x.values = {0, 1, 2, 3, 1e6F};
  const Neighbours graph = nearest_neighbours(x, 4);
  for (const float weight : memberships(graph, neighbour_scales(graph))) {
    EXPECT_GT(weight, 0);
    EXPECT_LE(weight, 1);
  }
}

}  // namespace
}  // namespace mixvae::cluster
