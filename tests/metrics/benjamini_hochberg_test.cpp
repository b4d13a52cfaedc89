#include "metrics/benjamini_hochberg.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/philox.hpp"

namespace mixvae::metrics {
namespace {

TEST(BenjaminiHochberg, GivesTheTextbookValues) {
  EXPECT_THAT(benjamini_hochberg(std::vector<double>{0.04, 0.01, 0.03, 0.5}),
              testing::Pointwise(testing::DoubleEq(),
                                 std::vector<double>{0.04 * 4 / 3, 0.04, 0.04 * 4 / 3, 0.5}));
  EXPECT_TRUE(benjamini_hochberg({}).empty());
  EXPECT_THAT(benjamini_hochberg(std::vector<double>{0.9, 1.0}), testing::ElementsAre(1.0, 1.0));
}

TEST(BenjaminiHochberg, IsTheSmallestRatioOverAllHigherRanks) {
  PhiloxStream random(4, Purpose::test);
  std::vector<double> p(200);
  std::ranges::generate(p, [&] { return std::pow(random.uniform(), 3); });
  p[7] = p[8];
  const std::vector<double> adjusted = benjamini_hochberg(p);
  for (std::size_t i = 0; i < p.size(); ++i) {
    double expected = 1;
    for (const double level : p) {
      if (level >= p[i]) {
        const auto rank = std::ranges::count_if(p, [&](double q) { return q <= level; });
        expected = std::min(expected, level * 200 / static_cast<double>(rank));
      }
    }
    EXPECT_NEAR(adjusted[i], expected, 1e-12);
  }
}

TEST(BenjaminiHochberg, OfLogarithmsIsTheLogarithm) {
  const std::vector<double> p = {0.04, 0.01, NAN, 0.03, 0.5, 1, 1};
  std::vector<double> logarithms;
  for (const double value : p) {
    logarithms.push_back(std::log10(value));
  }
  const std::vector<double> adjusted = benjamini_hochberg(p);
  const std::vector<double> found = benjamini_hochberg_log10(logarithms);
  for (std::size_t i = 0; i < p.size(); ++i) {
    EXPECT_EQ(std::isnan(found[i]), std::isnan(adjusted[i]));
    if (!std::isnan(adjusted[i])) {
      EXPECT_NEAR(found[i], std::log10(adjusted[i]), 1e-12) << i;
    }
  }
  EXPECT_THAT(benjamini_hochberg_log10(std::vector<double>{-1000, -400}),
              testing::ElementsAre(testing::DoubleNear(-1000 + std::log10(2.0), 1e-9), -400));
}

TEST(BenjaminiHochberg, DoesNotCountUndefinedTests) {
  const auto adjusted = benjamini_hochberg(std::vector<double>{0.02, NAN, 0.03});
  EXPECT_DOUBLE_EQ(adjusted[0], 0.03);
  EXPECT_TRUE(std::isnan(adjusted[1]));
}

}  // namespace
}  // namespace mixvae::metrics
