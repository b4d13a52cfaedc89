#include "cluster/xshift.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cluster/samples.hpp"
#include "support/python.hpp"

namespace mixvae::cluster {
namespace xshift_test {

void compare_with_plain(const std::string& metric) {
  const DenseMatrix x = separated_groups(220, 3, 5, 2.5);
  const auto run = test::run_python(
      "import numpy as np\n"
      "x = np.loadtxt('x.txt'); k = 12; dim = 3; cosine = '" +
          metric +
          "' == 'cosine'\n"
          "unit = lambda v: v / np.sqrt((v ** 2).sum(-1, keepdims=True)) if cosine else v\n"
          "x = unit(x); n = len(x)\n"
          "def density(r): return np.log(k * (k + 1) / 2) - np.log((r ** dim).sum(-1))\n"
          "d = np.sqrt(((x[:, None] - x) ** 2).sum(2)); np.fill_diagonal(d, np.inf)\n"
          "near = d.argsort(1)[:, :k]\n"
          "f = density(np.take_along_axis(d, near, 1))\n"
          "up = [max([i, *near[i]], key=lambda j: f[j]) for i in range(n)]\n"
          "def top(i): return i if up[i] == i else top(up[i])\n"
          "top = np.array([top(i) for i in range(n)])\n"
          "peaks = np.unique(top); group = {p: p for p in peaks}\n"
          "for a in peaks:\n"
          "  for b in peaks[peaks > a]:\n"
          "    s = lambda p, q: ((x[p] - x[q]) ** 2).sum()\n"
          "    if any(s(a, c) + s(b, c) < s(a, b) for c in peaks if c not in (a, b)): continue\n"
          "    m = unit((x[a] + x[b]) / 2)\n"
          "    r = np.sort(np.sqrt(((x - m) ** 2).sum(1)))[:k]\n"
          "    if density(r) >= min(f[a], f[b]):\n"
          "      old, new = group[b], group[a]\n"
          "      group = {p: new if g == old else g for p, g in group.items()}\n"
          "print(*[group[t] for t in top])\n",
      {{"x.txt", test::number_text(x.values, 3)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const Xshift found = xshift(x, {.neighbours = 12, .metric = metric});
  ASSERT_EQ(expected.size(), found.labels.size());
  EXPECT_GT(found.clusters, 1);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      ASSERT_EQ(found.labels[i] == found.labels[j], expected[i] == expected[j]) << metric;
    }
  }
}

TEST(Xshift, IsThatOfThePaperInNumpy) {
  compare_with_plain("euclidean");
  compare_with_plain("cosine");
}

TEST(Xshift, FindsTheElbow) {
  EXPECT_EQ(elbow({{10, 100}, {20, 40}, {30, 20}, {40, 18}, {50, 17}, {60, 16}}), 30);
  EXPECT_EQ(elbow({{10, 4}, {20, 4}}), 10);
  EXPECT_EQ(elbow({{10, 4}}), 10);
}

TEST(Xshift, ChoosesTheNumberOfNeighboursAndFindsSeparateGroups) {
  const DenseMatrix x = separated_groups(900, 3, 4, 0.5);
  const Xshift found = xshift(x, {.metric = "euclidean"});
  int mixed = 0;
  for (Index i = 0; i < 900; ++i) {
    for (Index j = 0; j < i % 4; ++j) {
      mixed += found.labels[i] == found.labels[j] ? 1 : 0;
    }
  }
  EXPECT_LT(mixed, 5) << "groups 0 and 1 touch";
}

TEST(Xshift, PutsEqualCellsTogether) {
  EXPECT_THAT(xshift(DenseMatrix(50, 2), {.metric = "euclidean"}).labels, testing::Each(0));
  EXPECT_THAT(xshift(DenseMatrix(1, 2), {.metric = "euclidean"}).labels, testing::ElementsAre(0));
  EXPECT_THAT(xshift(DenseMatrix(2, 2), {.metric = "euclidean"}).labels,
              testing::ElementsAre(0, 0));
}

TEST(Xshift, RefusesDirectionlessCellsAndTooManyNeighbours) {
  EXPECT_THROW(xshift(DenseMatrix(5, 2), {}), InputError);
  EXPECT_THROW(xshift(separated_groups(5, 2, 1), {.neighbours = 5}), UsageError);
}

}  // namespace xshift_test
}  // namespace mixvae::cluster
