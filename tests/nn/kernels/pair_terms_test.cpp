#include "nn/kernels/pair_terms.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/philox.hpp"

namespace mixvae::nn::kernels {
namespace {

constexpr float kEpsilon = 1e-7F;

std::vector<float> numbers(std::int64_t count, std::uint64_t step) {
  const Philox random(7, Purpose::test, step);
  std::vector<float> out;
  for (std::int64_t i = 0; i < count; ++i) {
    out.push_back(static_cast<float>(random.integer(static_cast<std::uint64_t>(i), 1001)) / 1000);
  }
  return out;
}

TEST(PairTerms, EqualTheirFormulasOverAwkwardSizes) {
  const PairFactors factors{0.7F, 1.3F};
  for (const std::int64_t count : {1, 15, 16, 17, 69}) {
    for (const bool weighted : {false, true}) {
      const std::vector<float> similarity = numbers(count, 1);
      const std::vector<float> weight = numbers(count, 2);
      const std::vector<float> p = numbers(count, 3);  // 0 and 1 among them
      const PairRow row{count, similarity.data(), weighted ? weight.data() : nullptr};
      std::vector<float> gradients = p;
      const double sum = pair_terms(row, factors, kEpsilon, gradients.data());
      double similar = 0;
      double different = 0;
      pair_weights(row, &similar, &different);
      double expected = 0;
      double expected_similar = 0;
      double expected_different = 0;
      for (std::size_t j = 0; j < p.size(); ++j) {
        const double w = weighted ? static_cast<double>(weight[j]) : 1;
        const auto s = static_cast<double>(similarity[j]);
        const double bounded = std::clamp(static_cast<double>(p[j]), 1e-7, 1 - 1.1920929e-7);
        expected -= 0.7 * w * s * std::log(bounded) + 1.3 * w * (1 - s) * std::log1p(-bounded);
        expected_similar += w * s;
        expected_different += w * (1 - s);
        const bool inside = p[j] > 0 && p[j] < 1;
        const double gradient =
            inside ? 1.3 * w * (1 - s) / (1 - bounded) - 0.7 * w * s / bounded : 0;
        EXPECT_NEAR(gradients[j], gradient, 1e-5 * (1 + std::abs(gradient))) << count << " " << j;
      }
      EXPECT_NEAR(sum, expected, 1e-5 * (1 + expected)) << count;
      EXPECT_NEAR(similar, expected_similar, 1e-5 * (1 + expected_similar)) << count;
      EXPECT_NEAR(different, expected_different, 1e-5 * (1 + expected_different)) << count;
    }
  }
}

// 1 - p is rounded there; its logarithm must not be.
TEST(PairTerms, SmallProbabilitiesKeepTheirLogarithm) {
  const float similarity = 0;
  for (const float p : {1e-6F, 3.3e-6F, 1e-4F, 0.01F}) {
    float gradient = p;
    const double term = pair_terms({1, &similarity, nullptr}, {1, 1}, kEpsilon, &gradient);
    const double expected = -std::log1p(-static_cast<double>(p));
    EXPECT_NEAR(term, expected, 1e-5 * expected) << p;
  }
}

}  // namespace
}  // namespace mixvae::nn::kernels
