#include "data/prepare/binomial.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace mixvae {
namespace binomial_test {

double log_choose(int n, int k) {
  return std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0);
}

struct Case {
  int n;
  double p;
};

class Binomial : public ::testing::TestWithParam<Case> {};

TEST_P(Binomial, FollowsItsProbabilities) {
  const auto [n, p] = GetParam();
  constexpr int kDraws = 40000;
  const Philox random(11, Purpose::test, static_cast<std::uint64_t>(n));
  std::vector<double> seen(static_cast<std::size_t>(n) + 1);
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    ElementStream stream(random, i);
    const std::int64_t k = binomial(n, p, stream);
    ASSERT_GE(k, 0);
    ASSERT_LE(k, n);
    ++seen[static_cast<std::size_t>(k)];
  }
  double chi_square = 0;
  double rest_seen = 0;
  double rest_expected = 0;
  int cells = 0;
  for (int k = 0; k <= n; ++k) {
    const double expected =
        kDraws * std::exp(log_choose(n, k) + k * std::log(p) + (n - k) * std::log1p(-p));
    const double found = seen[static_cast<std::size_t>(k)];
    if (expected < 10) {
      rest_seen += found;
      rest_expected += expected;
    } else {
      chi_square += (found - expected) * (found - expected) / expected;
      ++cells;
    }
  }
  if (rest_expected > 5) {
    chi_square += (rest_seen - rest_expected) * (rest_seen - rest_expected) / rest_expected;
    ++cells;
  } else {
    EXPECT_LT(rest_seen, 20);
  }
  const double freedom = cells - 1;
  EXPECT_LT(chi_square, freedom + 4.5 * std::sqrt(2 * freedom) + 6);
}

INSTANTIATE_TEST_SUITE_P(InversionAndRejection, Binomial,
                         ::testing::Values(Case{1, 0.7}, Case{3, 0.5}, Case{12, 0.7}, Case{30, 0.1},
                                           Case{30, 0.45}, Case{200, 0.7}, Case{1000, 0.02},
                                           Case{5000, 0.7}));

TEST(BinomialEdges, CertainAndImpossible) {
  const Philox random(1, Purpose::test);
  ElementStream stream(random, 0);
  EXPECT_EQ(binomial(0, 0.5, stream), 0);
  EXPECT_EQ(binomial(77, 0, stream), 0);
  EXPECT_EQ(binomial(77, 1, stream), 77);
}

}  // namespace binomial_test
}  // namespace mixvae
