#include "cluster/som.hpp"

#include <gtest/gtest.h>

#include "cluster/samples.hpp"
#include "support/python.hpp"

namespace mixvae::cluster {
namespace {

TEST(Som, IsThatOfThePaperInNumpy) {
  const DenseMatrix x = separated_groups(200, 3, 4, 2.0);
  DenseMatrix nodes(20, 3);
  std::copy_n(x.values.begin(), 60, nodes.values.begin());
  std::vector<Index> picks;
  PhiloxStream random(4, Purpose::test);
  for (int i = 0; i < 1000; ++i) {
    picks.push_back(static_cast<Index>(random.integer(200)));
  }
  const auto run = test::run_python(
      "import numpy as np\n"
      "x = np.loadtxt('x.txt'); c = np.loadtxt('c.txt'); p = np.loadtxt('p.txt').astype(int)\n"
      "g = np.stack([np.arange(20) % 5, np.arange(20) // 5], 1)\n"
      "g = np.abs(g[:, None] - g).max(2)\n"
      "r = np.quantile(g, 0.67)\n"
      "for s, i in enumerate(p):\n"
      "  near = ((c - x[i]) ** 2).sum(1).argmin()\n"
      "  now = r * (1 - s / len(p))\n"
      "  m = g[near] <= (0.5 if now < 1 else now)\n"
      "  c[m] += (x[i] - c[m]) * (0.05 - 0.04 * s / len(p))\n"
      "print(*c.ravel())\n",
      {{"x.txt", test::number_text(x.values, 3)},
       {"c.txt", test::number_text(nodes.values, 3)},
       {"p.txt", test::number_text(picks)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const DenseMatrix found = train_som(x, nodes, picks, {.width = 5, .height = 4});
  ASSERT_EQ(expected.size(), found.values.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(found.values[i], expected[i], 1e-4);
  }
}

TEST(Som, StopsWhenNothingMoves) {
  const DenseMatrix map = self_organising_map(DenseMatrix(7, 2), {.width = 3, .height = 3});
  EXPECT_EQ(map.rows, 9);
  for (const float value : map.values) {
    EXPECT_EQ(value, 0);
  }
}

}  // namespace
}  // namespace mixvae::cluster
