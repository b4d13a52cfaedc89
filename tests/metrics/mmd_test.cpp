#include "metrics/mmd.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "base/text.hpp"
#include "support/python.hpp"

namespace mixvae::metrics {
namespace mmd_of_two_test {

using testing::HasSubstr;

/// Normal cells around a centre.
DenseMatrix normal(Index rows, Index columns, double centre, std::uint64_t seed) {
  const Philox random(seed, Purpose::test);
  DenseMatrix x(rows, columns);
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    x.values[i] = static_cast<float>(centre + random.normal(i));
  }
  return x;
}

TEST(Mmd, AgreesWithPlainNumpy) {
  const DenseMatrix x = normal(31, 3, 0, 1);
  const DenseMatrix y = normal(44, 3, 0.5, 2);
  const auto run = test::run_python(
      "import numpy as np\n"
      "x = np.loadtxt('x'); y = np.loadtxt('y'); z = np.vstack([x, y])\n"
      "d = ((z[:, None] - z[None]) ** 2).sum(2)\n"
      "s = np.median(np.sqrt(d[np.triu_indices(len(z), 1)]))\n"
      "k = np.exp(-d / (2 * s * s)); m, n = len(x), len(y)\n"
      "a, b, c = k[:m, :m], k[m:, m:], k[:m, m:]\n"
      "v = (a.sum() - m) / (m * (m - 1)) + (b.sum() - n) / (n * (n - 1)) - 2 * c.mean()\n"
      "print('%.17g %.17g' % (v, s))\n",
      {{"x", test::number_text(x.values, 3)}, {"y", test::number_text(y.values, 3)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const MmdTest found = mmd_test(x, y);
  EXPECT_NEAR(found.squared, expected.at(0), 1e-12);
  EXPECT_NEAR(found.bandwidth, expected.at(1), 1e-12);
  EXPECT_EQ(found.cells, 75);
}

TEST(Mmd, ProbabilityIsTheShareOfAllDivisions) {
  const DenseMatrix x = normal(4, 2, 0, 7);
  const DenseMatrix y = normal(6, 2, 1, 8);
  const auto run = test::run_python(
      "import itertools, numpy as np\n"
      "x = np.loadtxt('x'); y = np.loadtxt('y'); z = np.vstack([x, y])\n"
      "d = ((z[:, None] - z[None]) ** 2).sum(2)\n"
      "k = np.exp(-d / 2)\n"
      "def v(i, j):\n"
      "  a, b, c = k[np.ix_(i, i)], k[np.ix_(j, j)], k[np.ix_(i, j)]; m, n = len(i), len(j)\n"
      "  return (a.sum() - m) / (m * (m - 1)) + (b.sum() - n) / (n * (n - 1)) - 2 * c.mean()\n"
      "every = [v(list(i), [j for j in range(10) if j not in i])"
      " for i in itertools.combinations(range(10), 4)]\n"
      "print('%.17g %.17g' % (every[0], np.mean(np.array(every) >= every[0] - 1e-12)))\n",
      {{"x", test::number_text(x.values, 2)}, {"y", test::number_text(y.values, 2)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  for (const bool swapped : {false, true}) {
    const MmdTest found = mmd_test(swapped ? y : x, swapped ? x : y,
                                   {.permutations = 20000, .bandwidth = 1, .seed = 4});
    EXPECT_NEAR(found.squared, expected.at(0), 1e-12);
    const double deviation = std::sqrt(expected.at(1) * (1 - expected.at(1)) / 20000);
    EXPECT_NEAR(found.p, expected.at(1), 5 * deviation);
  }
}

TEST(Mmd, TwoPointsByHand) {
  DenseMatrix x(2, 1);
  DenseMatrix y(2, 1);
  x.values = {0, 1};
  y.values = {0, 1};
  const double k = std::exp(-0.5);
  const MmdTest found = mmd_test(x, y, {.permutations = 10, .bandwidth = 1});
  EXPECT_NEAR(found.squared, k + k - 2 * (1 + 1 + k + k) / 4, 1e-12);
}

TEST(Mmd, TellsDistributionsApart) {
  EXPECT_LT(mmd_test(normal(60, 4, 0, 3), normal(60, 4, 1, 4), {.permutations = 200}).p, 0.01);
  EXPECT_EQ(mmd_test(normal(60, 4, 0, 3), normal(60, 4, 1, 4), {.permutations = 199}).p, 1.0 / 200);
}

TEST(Mmd, RejectsEqualDistributionsAtTheLevelOnly) {
  int rejected = 0;
  for (std::uint64_t trial = 0; trial < 100; ++trial) {
    const MmdTest found = mmd_test(normal(20, 2, 0, 100 + trial), normal(25, 2, 0, 300 + trial),
                                   {.permutations = 99, .seed = trial});
    rejected += found.p <= 0.1 ? 1 : 0;
  }
  EXPECT_GE(rejected, 2);   // binomial with 100 trials of 0.1: below 2 in 1 of 3,000
  EXPECT_LE(rejected, 21);  // above 21 in 1 of 4,000
}

TEST(Mmd, SeedDecidesWhatChanceDoes) {
  const DenseMatrix x = normal(300, 2, 0, 5);
  const DenseMatrix y = normal(300, 2, 0.1, 6);
  const auto with = [&](std::uint64_t seed, int threads) {
    set_thread_count(threads);
    const MmdTest found = mmd_test(x, y, {.permutations = 50, .most_cells = 40, .seed = seed});
    set_thread_count(1);
    return found;
  };
  EXPECT_EQ(with(1, 1).squared, with(1, 2).squared);
  EXPECT_EQ(with(1, 1).p, with(1, 2).p);
  EXPECT_NE(with(1, 1).squared, with(2, 1).squared);
  EXPECT_EQ(with(1, 1).cells, 80);
}

template <class Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Mmd, Refusals) {
  EXPECT_THAT(refusal([] { mmd_test(normal(5, 2, 0, 1), normal(5, 3, 0, 1)); }),
              HasSubstr("number of features"));
  EXPECT_THAT(refusal([] { mmd_test(normal(1, 2, 0, 1), normal(5, 2, 0, 1)); }),
              HasSubstr("too small"));
  EXPECT_THAT(refusal([] { mmd_test(DenseMatrix(3, 2), DenseMatrix(4, 2)); }),
              HasSubstr("all cells of both samples are equal"));
}

TEST(Mmd, RefusesABandwidthThatTellsNoCellsApart) {
  const DenseMatrix x = normal(9, 2, 0, 1);
  const DenseMatrix y = normal(8, 2, 3, 2);
  const double median = mmd_test(x, y).bandwidth;
  for (const double bandwidth : {1e-9, 1e-4 * median, 1e7 * median, 1e30}) {
    try {
      mmd_test(x, y, {.bandwidth = bandwidth});
      ADD_FAILURE() << bandwidth << " accepted";
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), testing::AllOf(HasSubstr("--bandwidth " + shortest(bandwidth)),
                                               HasSubstr(shortest(median))));
    }
  }
  for (const double bandwidth : {0.1 * median, median, 100 * median}) {
    EXPECT_EQ(mmd_test(x, y, {.bandwidth = bandwidth}).bandwidth, bandwidth);
  }
  DenseMatrix corners(2, 4);  // all distances are equal, whatever the bandwidth
  corners.values = {1, 0, 0, 0, 0, 1, 0, 0};
  DenseMatrix others(2, 4);
  others.values = {0, 0, 1, 0, 0, 0, 0, 1};
  EXPECT_NO_THROW(mmd_test(corners, others, {.bandwidth = 2}));
}

}  // namespace mmd_of_two_test
}  // namespace mixvae::metrics
