#include "metrics/group_mmd.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "support/python.hpp"

namespace mixvae::metrics {
namespace {

using testing::HasSubstr;

/// Normal cells [n,2] around (centre, 0) for each code; -1 lies at 0.
DenseMatrix cells_of(const std::vector<std::int32_t>& codes, double distance) {
  const Philox random(9, Purpose::test);
  DenseMatrix x(static_cast<Index>(codes.size()), 2);
  for (Index n = 0; n < x.rows; ++n) {
    const auto code = static_cast<double>(codes[static_cast<std::size_t>(n)]);
    x(n, 0) =
        static_cast<float>(distance * code + random.normal(static_cast<std::uint64_t>(2 * n)));
    x(n, 1) = random.normal(static_cast<std::uint64_t>(2 * n + 1));
  }
  return x;
}

std::vector<std::int32_t> codes_of(const std::vector<int>& sizes) {
  std::vector<std::int32_t> codes;
  for (std::size_t g = 0; g < sizes.size(); ++g) {
    codes.insert(codes.end(), static_cast<std::size_t>(sizes[g]), static_cast<std::int32_t>(g));
  }
  return codes;
}

TEST(GroupMmd, PairsAgreeWithPlainNumpy) {
  std::vector<std::int32_t> codes = codes_of({12, 3, 7, 20});
  codes.push_back(-1);
  const DenseMatrix x = cells_of(codes, 1.5);
  const auto run = test::run_python(
      "import numpy as np\n"
      "x = np.loadtxt('x'); g = np.loadtxt('g')\n"
      "def mmd(a, b):\n"
      "  z = np.vstack([a, b]); d = ((z[:, None] - z[None]) ** 2).sum(2); m, n = len(a), len(b)\n"
      "  s = np.median(np.sqrt(d[np.triu_indices(m + n, 1)])); k = np.exp(-d / (2 * s * s))\n"
      "  a, b, c = k[:m, :m], k[m:, m:], k[:m, m:]\n"
      "  return (a.sum() - m) / (m * (m - 1)) + (b.sum() - n) / (n * (n - 1)) - 2 * c.mean()\n"
      "for a, b in ((0, 2), (0, 3), (2, 3)):\n"
      "  print('%.17g' % mmd(x[g == a], x[g == b]))\n",
      {{"x", test::number_text(x.values, 2)}, {"g", test::number_text(codes)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  std::vector<double> found;
  std::vector<std::pair<Index, Index>> groups;
  int steps = 0;
  for (const GroupMmd& test : group_mmd(x, codes, 4, {.permutations = 50}, [&] { ++steps; })) {
    groups.emplace_back(test.first, test.second);
    if (!test.within()) {
      found.push_back(test.test.squared);
    }
  }
  EXPECT_THAT(found, testing::Pointwise(testing::DoubleNear(1e-9), expected));
  EXPECT_THAT(groups, testing::ElementsAre(std::pair(0, 0), std::pair(0, 2), std::pair(0, 3),
                                           std::pair(2, 2), std::pair(2, 3), std::pair(3, 3)));
  EXPECT_EQ(steps, 6);
  EXPECT_EQ(group_mmd_tests(codes, 4), 6);
}

TEST(GroupMmd, GroupsApartDifferAndHalvesDoNot) {
  const std::vector<std::int32_t> codes = codes_of({60, 80, 45});
  const std::vector<GroupMmd> tests =
      group_mmd(cells_of(codes, 3), codes, 3, {.permutations = 200});
  const GroupMmdSummary summary = summarise(tests);
  EXPECT_EQ(summary.pairs, 3);
  EXPECT_EQ(summary.pairs_apart, 3);
  EXPECT_EQ(summary.halves, 3);
  EXPECT_EQ(summary.halves_apart, 0);
  EXPECT_GT(summary.between, 0.2);
  EXPECT_LT(std::abs(summary.within), 0.05);
}

TEST(GroupMmd, UsesAtMostSoManyCellsAndScalesByThem) {
  const std::vector<std::int32_t> codes = codes_of({60, 9});
  const std::vector<GroupMmd> tests =
      group_mmd(cells_of(codes, 1), codes, 2, {.permutations = 20, .most_cells = 20});
  ASSERT_EQ(tests.size(), 3U);
  EXPECT_EQ(tests[0].first_cells, 20);
  EXPECT_EQ(tests[0].second_cells, 20);
  EXPECT_EQ(tests[1].first_cells, 20);
  EXPECT_EQ(tests[1].second_cells, 9);
  EXPECT_EQ(tests[2].first_cells, 4);
  EXPECT_EQ(tests[2].second_cells, 5);
  EXPECT_DOUBLE_EQ(tests[1].scaled, 20.0 * 9 / 29 * tests[1].test.squared);
}

TEST(GroupMmd, SeedDecidesWhatChanceDoes) {
  const std::vector<std::int32_t> codes = codes_of({40, 30});
  const DenseMatrix x = cells_of(codes, 1);
  const auto within = [&](std::uint64_t seed, int threads) {
    set_thread_count(threads);
    const auto tests = group_mmd(x, codes, 2, {.permutations = 30, .most_cells = 10, .seed = seed});
    set_thread_count(1);
    return std::vector{tests[0].test.squared, tests[1].test.squared, tests[0].test.p};
  };
  EXPECT_EQ(within(1, 1), within(1, 2));
  EXPECT_NE(within(1, 1), within(2, 1));
}

TEST(GroupMmd, EqualCellsDoNotDiffer) {
  const std::vector<std::int32_t> codes = codes_of({5, 6});
  DenseMatrix x(11, 2);
  for (Index n = 5; n < 11; ++n) {
    x(n, 0) = 1;
  }
  const std::vector<GroupMmd> tests = group_mmd(x, codes, 2, {.permutations = 20});
  EXPECT_EQ(tests[0].test.squared, 0);
  EXPECT_EQ(tests[0].test.p, 1);
  EXPECT_GT(tests[1].test.squared, 0.5);
}

TEST(GroupMmd, SummaryByHand) {
  const auto entry = [](Index first, Index second, double squared, double p) {
    GroupMmd test;
    test.first = first;
    test.second = second;
    test.test.squared = squared;
    test.scaled = 10 * squared;
    test.adjusted_p = p;
    return test;
  };
  std::vector<GroupMmd> tests = {entry(0, 0, 0.1, 0.3), entry(0, 1, 0.5, 0.05),
                                 entry(1, 1, 0.2, 0.01)};
  GroupMmdSummary summary = summarise(tests);
  EXPECT_DOUBLE_EQ(summary.between, 0.5);
  EXPECT_DOUBLE_EQ(summary.within, 0.15);
  EXPECT_DOUBLE_EQ(summary.within_scaled, 1.5);
  EXPECT_DOUBLE_EQ(summary.ratio.value(), 0.5 / 0.15);
  EXPECT_EQ(summary.pairs_apart, 1);
  EXPECT_EQ(summary.halves_apart, 1);
  tests[2].test.squared = -0.2;
  EXPECT_FALSE(summarise(tests).ratio);
}

TEST(GroupMmd, RefusesASingleGroup) {
  const std::vector<std::int32_t> codes = codes_of({8, 3});
  try {
    group_mmd(cells_of(codes, 1), codes, 2, {});
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("too few groups to compare"));
    EXPECT_THAT(error.what(), HasSubstr("1 groups of at least 4 cells"));
  }
}

}  // namespace
}  // namespace mixvae::metrics
