#include "data/simulate/negative_binomial.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace mixvae {
namespace negative_binomial_test {

struct Case {
  double mean;
  double dispersion;
};

class NegativeBinomial : public ::testing::TestWithParam<Case> {};

TEST_P(NegativeBinomial, HasItsMeanVarianceAndZeros) {
  const auto [mean, dispersion] = GetParam();
  constexpr int kDraws = 40000;
  const Philox random(2, Purpose::test);
  double sum = 0;
  double squares = 0;
  double zeros = 0;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    ElementStream stream(random, i);
    const auto count = static_cast<double>(negative_binomial(mean, dispersion, stream));
    sum += count;
    squares += (count - mean) * (count - mean);
    zeros += count == 0 ? 1 : 0;
  }
  const double variance = mean + dispersion * mean * mean;
  const double none = std::pow(1 + dispersion * mean, -1 / dispersion);
  const double root = std::sqrt(static_cast<double>(kDraws));
  EXPECT_NEAR(sum / kDraws, mean, 4.5 * std::sqrt(variance) / root);
  EXPECT_NEAR(squares / kDraws, variance, 0.12 * variance);
  EXPECT_NEAR(zeros / kDraws, none, 4.5 * std::sqrt(none * (1 - none)) / root + 1e-12);
}

INSTANTIATE_TEST_SUITE_P(InversionAndMixture, NegativeBinomial,
                         ::testing::Values(Case{0.05, 2}, Case{1, 0.5}, Case{30, 0.1},
                                           Case{450, 0.02}, Case{800, 0.1}, Case{5000, 0.3}));

TEST(NegativeBinomialEdges, MeanZeroGivesZero) {
  const Philox random(2, Purpose::test);
  ElementStream stream(random, 0);
  EXPECT_EQ(negative_binomial(0, 0.5, stream), 0);
}

}  // namespace negative_binomial_test
}  // namespace mixvae
