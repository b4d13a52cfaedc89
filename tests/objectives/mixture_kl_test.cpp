#include "objectives/mixture_kl.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "nn/random.hpp"

namespace mixvae::objectives {
namespace {

torch::Tensor one_hot(const std::vector<std::int64_t>& types, std::int64_t count) {
  return torch::eye(count, torch::kFloat64).index_select(0, torch::tensor(types)).unsqueeze(0);
}

TEST(TypeVariance, IsTheMeanSquareAroundTheGivenMeans) {
  const torch::Tensor codes = nn::normal({1, 5, 2}, {3, Purpose::test, 0}, torch::kFloat64);
  const torch::Tensor means = nn::normal({1, 3, 2}, {3, Purpose::test, 1}, torch::kFloat64);
  const std::vector<std::int64_t> types{0, 2, 0, 0, 2};
  const torch::Tensor variance = type_variance(codes, one_hot(types, 3), means);
  for (std::int64_t k = 0; k < 3; ++k) {
    for (std::int64_t d = 0; d < 2; ++d) {
      double sum = 0;
      double count = 0;
      for (std::size_t n = 0; n < types.size(); ++n) {
        if (types[n] == k) {
          const double difference = codes[0][static_cast<std::int64_t>(n)][d].item<double>() -
                                    means[0][k][d].item<double>();
          sum += difference * difference;
          count += 1;
        }
      }
      EXPECT_NEAR(variance[0][k][d].item<double>(), count > 0 ? sum / count : 0.0, 1e-12);
    }
  }
}

TEST(CovarianceKl, IsTheClosedFormInBothDirections) {
  // Types with variances (2, 0.5), without cells, and (1, 1).
  const torch::Tensor v =
      torch::tensor({2.0, 0.5, 0.0, 0.0, 1.0, 1.0}, torch::kFloat64).view({1, 3, 2});
  const double standard = 0.5 * ((2 - 1 - std::log(2.0)) + (0.5 - 1 - std::log(0.5)));
  const double reverse = 0.5 * ((0.5 - 1 + std::log(2.0)) + (2 - 1 + std::log(0.5)));
  EXPECT_NEAR(covariance_kl(v, KlDirection::standard).item<double>(), standard / 3, 1e-12);
  EXPECT_NEAR(covariance_kl(v, KlDirection::reverse).item<double>(), reverse / 3, 1e-12);
}

TEST(CovarianceKl, PullsCodesButNotTypes) {
  for (const KlDirection direction : {KlDirection::standard, KlDirection::reverse}) {
    torch::Tensor codes = nn::normal({1, 6, 2}, {3, Purpose::test, 0}, torch::kFloat64);
    codes.requires_grad_(true);
    torch::Tensor types = one_hot({0, 1, 0, 1, 1, 0}, 2).requires_grad_(true);
    const torch::Tensor means = torch::full({1, 2, 2}, 0.3, torch::kFloat64);
    const auto value = [&](const torch::Tensor& z) {
      return covariance_kl(type_variance(z, types, means), direction).sum();
    };
    value(codes).backward();
    EXPECT_FALSE(types.grad().defined());
    const torch::Tensor moved = codes.detach().clone();
    for (std::int64_t n = 0; n < 6; ++n) {
      moved[0][n][1] += 1e-6;
      const double above = value(moved).item<double>();
      moved[0][n][1] -= 2e-6;
      const double below = value(moved).item<double>();
      moved[0][n][1] += 1e-6;
      EXPECT_NEAR(codes.grad()[0][n][1].item<double>(), (above - below) / 2e-6, 1e-7);
    }
  }
}

TEST(CovarianceKl, IsBoundedWhereTheCodesOfATypeFallTogether) {
  for (const KlDirection direction : {KlDirection::standard, KlDirection::reverse}) {
    torch::Tensor codes = torch::full({1, 1, 2}, 0.3 + 1e-9, torch::kFloat64).requires_grad_(true);
    const torch::Tensor means = torch::full({1, 1, 2}, 0.3, torch::kFloat64);
    const torch::Tensor kl =
        covariance_kl(type_variance(codes, one_hot({0}, 1), means), direction).sum();
    kl.backward();
    EXPECT_GT(kl.item<double>(), 1);
    EXPECT_LT(kl.item<double>(), 1e5);
    EXPECT_LT(codes.grad().abs().max().item<double>(), 1e3);
  }
}

}  // namespace
}  // namespace mixvae::objectives
