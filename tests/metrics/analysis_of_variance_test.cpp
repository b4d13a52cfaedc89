#include "metrics/analysis_of_variance.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/philox.hpp"
#include "support/python.hpp"

namespace mixvae::metrics {
namespace {

TEST(AnalysisOfVariance, AgreesWithScipyForFewAndManyValues) {
  std::string values;
  std::string groups;
  std::vector<FTest> tests;
  PhiloxStream random(11, Purpose::test);
  for (const std::size_t count : {3U, 4U, 7U, 40U}) {
    for (const std::int32_t kinds : {2, 3}) {
      std::vector<double> x(count);
      std::vector<std::int32_t> of(count);
      for (std::size_t n = 0; n < count; ++n) {
        of[n] = static_cast<std::int32_t>(n) % (count == 3 ? 2 : kinds);
        x[n] = 1e3 + random.normal() + 3 * of[n];
      }
      of.push_back(-1);
      x.push_back(1e9);  // left out
      tests.push_back(f_test(x, of));
      for (std::size_t n = 0; n < x.size(); ++n) {
        values += test::number_text(std::vector<double>{x[n]}, 2);
        groups += std::to_string(of[n]) + " ";
      }
      values += "\n";
      groups += "\n";
    }
  }
  const auto run = test::run_python(
      "from scipy.stats import f_oneway\n"
      "for v, g in zip(open('v'), open('g')):\n"
      "  v, g = list(map(float, v.split())), list(map(int, g.split()))\n"
      "  parts = [[x for x, h in zip(v, g) if h == k] for k in range(3)]\n"
      "  r = f_oneway(*[p for p in parts if p])\n"
      "  print('%.17g %.17g' % (r.statistic, r.pvalue))\n",
      {{"v", values}, {"g", groups}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  ASSERT_EQ(expected.size(), 2 * tests.size());
  for (std::size_t i = 0; i < tests.size(); ++i) {
    EXPECT_NEAR(tests[i].f / expected[2 * i], 1, 1e-7) << i;
    EXPECT_NEAR(tests[i].p / expected[2 * i + 1], 1, 1e-6) << i;
  }
}

TEST(AnalysisOfVariance, IsUndefinedWhereNothingCanBeSaid) {
  const std::vector<double> x{1, 2, 3, 4};
  EXPECT_TRUE(std::isnan(f_test(x, std::vector<std::int32_t>{0, 0, 0, 0}).p));
  EXPECT_TRUE(std::isnan(f_test(x, std::vector<std::int32_t>{0, 1, 2, 3}).p));
  EXPECT_TRUE(std::isnan(f_test(x, std::vector<std::int32_t>{-1, -1, -1, -1}).f));
  const std::vector<std::int32_t> two{0, 0, 1, 1};
  EXPECT_TRUE(std::isnan(f_test(std::vector<double>{5, 5, 5, 5}, two).p));
  const FTest apart = f_test(std::vector<double>{5, 5, 6, 6}, two);
  EXPECT_TRUE(std::isnan(apart.f));
  EXPECT_TRUE(std::isnan(apart.p)) << "no spread within groups tells nothing of chance";
  EXPECT_EQ(apart.between, 1);
  EXPECT_EQ(apart.within, 2);
}

}  // namespace
}  // namespace mixvae::metrics
