#include "objectives/depict.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "nn/random.hpp"

namespace mixvae::objectives {
namespace {

TEST(Depict, TargetAndTermAreThoseOfAPlainLoop) {
  const torch::Tensor q =
      torch::softmax(nn::normal({2, 6, 3}, {1, Purpose::test, 0}, torch::kFloat64), -1);
  const torch::Tensor noisy =
      torch::log_softmax(nn::normal({2, 6, 3}, {1, Purpose::test, 1}, torch::kFloat64), -1);
  const torch::Tensor target = depict_target(q);
  const torch::Tensor term = depict_term(target, noisy);
  const auto value = [](const torch::Tensor& t, std::int64_t a, std::int64_t n, std::int64_t k) {
    return t[a][n][k].item<double>();
  };
  for (std::int64_t a = 0; a < 2; ++a) {
    double sum = 0;
    for (std::int64_t n = 0; n < 6; ++n) {
      std::vector<double> row(3);
      double row_sum = 0;
      for (std::int64_t k = 0; k < 3; ++k) {
        double size = 0;
        for (std::int64_t m = 0; m < 6; ++m) {
          size += value(q, a, m, k);
        }
        row[static_cast<std::size_t>(k)] = value(q, a, n, k) / std::sqrt(size);
        row_sum += row[static_cast<std::size_t>(k)];
      }
      for (std::int64_t k = 0; k < 3; ++k) {
        const double expected = row[static_cast<std::size_t>(k)] / row_sum;
        EXPECT_NEAR(value(target, a, n, k), expected, 1e-12);
        sum -= expected * value(noisy, a, n, k);
      }
    }
    EXPECT_NEAR(term[a].item<double>(), sum / 6, 1e-12);
  }
}

TEST(Depict, NoGradientPassesThroughTheTarget) {
  torch::Tensor logits = nn::normal({1, 4, 3}, {1, Purpose::test, 0}, torch::kFloat64);
  logits.requires_grad_(true);
  const torch::Tensor q = torch::softmax(logits, -1);
  EXPECT_FALSE(depict_target(q).requires_grad());
  torch::Tensor noisy = torch::log_softmax(logits.detach().clone(), -1).requires_grad_(true);
  depict_term(depict_target(q), noisy).sum().backward();
  EXPECT_FALSE(logits.grad().defined());
  EXPECT_NEAR(noisy.grad().sum().item<double>(), -1, 1e-12) << "minus the target, over the cells";
}

TEST(Depict, AnEmptyTypeStaysFinite) {
  const torch::Tensor q = torch::tensor({1.0, 0.0, 1.0, 0.0}).view({1, 2, 2});
  EXPECT_TRUE(torch::equal(depict_target(q), q));
}

TEST(Depict, GradientsPassThroughTheMovingTarget) {
  torch::Tensor logits = nn::normal({1, 4, 3}, {1, Purpose::test, 0}, torch::kFloat64);
  logits.requires_grad_(true);
  const auto term = [&] {
    const torch::Tensor q = torch::softmax(logits, -1);
    return depict_term(moving_depict_target(q), torch::log_softmax(logits, -1)).sum();
  };
  const torch::Tensor q = torch::softmax(logits.detach(), -1);
  EXPECT_TRUE(torch::equal(moving_depict_target(q), depict_target(q)));
  term().backward();
  const torch::Tensor gradient = logits.grad().flatten();
  const torch::Tensor values = logits.detach().flatten();
  const torch::NoGradGuard no_grad;
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    const double old = values[i].item<double>();
    values[i] = old + 1e-6;
    const double above = term().item<double>();
    values[i] = old - 1e-6;
    const double below = term().item<double>();
    values[i] = old;
    EXPECT_NEAR(gradient[i].item<double>(), (above - below) / 2e-6, 1e-8);
  }
}

}  // namespace
}  // namespace mixvae::objectives
