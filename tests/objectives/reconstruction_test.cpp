#include "objectives/reconstruction.hpp"

#include <gtest/gtest.h>

#include "objectives/kl_divergence.hpp"

namespace mixvae::objectives {
namespace {

TEST(SquaredError, SumsOverFeaturesAndKeepsCells) {
  const torch::Tensor mean = torch::tensor({{{1.0, 2.0}, {0.0, 0.0}}});
  const torch::Tensor target = torch::tensor({{0.0, 0.0}, {3.0, 4.0}});
  EXPECT_TRUE(torch::allclose(squared_error(mean, target), torch::tensor({{2.5, 12.5}})));
}

TEST(BestVarianceLikelihood, IsTheSmallestOverAllVariances) {
  const torch::Tensor errors =
      torch::rand({2, 7}, torch::TensorOptions().dtype(torch::kFloat64)) + 0.1;
  const std::int64_t features = 5;
  const torch::Tensor best = best_variance_likelihood(errors, features);
  for (std::int64_t a = 0; a < 2; ++a) {
    const double mean = errors[a].mean().item<double>();
    const auto with_variance = [&](double v) {
      return mean / v + 0.5 * static_cast<double>(features) * (std::log(v) - 1);
    };
    const double variance = 2 * mean / static_cast<double>(features);
    EXPECT_NEAR(best[a].item<double>(), with_variance(variance), 1e-4);
    EXPECT_LT(best[a].item<double>(), with_variance(variance * 1.1));
    EXPECT_LT(best[a].item<double>(), with_variance(variance * 0.9));
  }
}

TEST(BernoulliError, IsTheCrossEntropyOfEachValueSummed) {
  const torch::Tensor logits = torch::tensor({{{0.3, -40.0}, {2.0, 50.0}}}, torch::kFloat64);
  const torch::Tensor target = torch::tensor({{0.25, 0.0}, {1.0, 0.5}}, torch::kFloat64);
  const auto each = [](double logit, double x) {
    const double p = 1 / (1 + std::exp(-logit));
    return -x * std::log(p) - (1 - x) * std::log1p(-p);
  };
  const torch::Tensor error = bernoulli_error(logits, target);
  EXPECT_NEAR(error[0][0].item<double>(), each(0.3, 0.25), 1e-12);
  EXPECT_NEAR(error[0][1].item<double>(), each(2.0, 1.0) + 25, 1e-9) << "no overflow";
}

TEST(BestVarianceLikelihood, IsFiniteWithoutErrors) {
  const torch::Tensor errors = torch::zeros({1, 4}, torch::requires_grad());
  const torch::Tensor likelihood = best_variance_likelihood(errors, 3);
  EXPECT_NEAR(likelihood.item<double>(), 1.5 * std::log(1e-6), 1e-4);
  likelihood.sum().backward();
  EXPECT_TRUE(errors.grad().isfinite().all().item<bool>());
}

TEST(StandardNormalKl, IsZeroForTheStandardNormal) {
  EXPECT_EQ(standard_normal_kl(torch::zeros({1, 1, 3}), torch::ones({1, 1, 3})).item<double>(),
            0.0);
}

TEST(StandardNormalKl, HasItsClosedForm) {
  const torch::Tensor kl = standard_normal_kl(torch::tensor({{{2.0}}}), torch::tensor({{{0.5}}}));
  EXPECT_NEAR(kl.item<double>(), 0.5 * (4.0 + 0.5 - 1.0 - std::log(0.5)), 1e-6);
}

TEST(StandardNormalKl, IsTheSumOfThatOfEachState) {
  const torch::Tensor mean = torch::tensor({{{2.0, 0.0, -1.0}}});
  const torch::Tensor variance = torch::tensor({{{0.5, 1.0, 3.0}}});
  const torch::Tensor each = standard_normal_kl_of_states(mean, variance);
  ASSERT_EQ(each.sizes(), (std::vector<std::int64_t>{1, 1, 3}));
  EXPECT_NEAR(each[0][0][0].item<double>(), 0.5 * (4.0 + 0.5 - 1.0 - std::log(0.5)), 1e-6);
  EXPECT_EQ(each[0][0][1].item<double>(), 0.0);
  EXPECT_NEAR(each[0][0][2].item<double>(), 0.5 * (1.0 + 3.0 - 1.0 - std::log(3.0)), 1e-6);
  EXPECT_FLOAT_EQ(standard_normal_kl(mean, variance).item<float>(), each.sum().item<float>());
}

}  // namespace
}  // namespace mixvae::objectives
