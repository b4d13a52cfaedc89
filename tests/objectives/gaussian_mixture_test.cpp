#include "objectives/gaussian_mixture.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "nn/random.hpp"

namespace mixvae::objectives {
namespace gaussian_mixture_test {

torch::Tensor values(at::IntArrayRef shape, std::uint64_t step) {
  return nn::normal(shape, {5, Purpose::test, step}, torch::kFloat64);
}

/// ln N(z; m, exp(l)) of one dimension.
double log_normal(double z, double m, double l) {
  return -0.5 * (std::log(2 * std::numbers::pi) + l + (z - m) * (z - m) / std::exp(l));
}

TEST(LogDensities, AreSumsOverDimensions) {
  const torch::Tensor codes = values({1, 4, 3}, 0);
  const DiagonalGaussians components{values({2, 3}, 1), values({2, 3}, 2)};
  const torch::Tensor found = log_densities(codes, components);
  ASSERT_EQ(found.sizes(), (std::vector<std::int64_t>{1, 4, 2}));
  for (std::int64_t n = 0; n < 4; ++n) {
    for (std::int64_t k = 0; k < 2; ++k) {
      double sum = 0;
      for (std::int64_t j = 0; j < 3; ++j) {
        sum += log_normal(codes[0][n][j].item<double>(), components.mean[k][j].item<double>(),
                          components.log_variance[k][j].item<double>());
      }
      EXPECT_NEAR(found[0][n][k].item<double>(), sum, 1e-12);
    }
  }
}

/// KL of one dimension by the midpoint rule over 12 standard deviations.
double kl_by_quadrature(double m, double l, double component_m, double component_l) {
  constexpr int kSteps = 20000;
  const double deviation = std::exp(l / 2);
  const double width = 24 * deviation / kSteps;
  double sum = 0;
  for (int i = 0; i < kSteps; ++i) {
    const double z = m - 12 * deviation + (i + 0.5) * width;
    const double log_q = log_normal(z, m, l);
    sum += std::exp(log_q) * (log_q - log_normal(z, component_m, component_l)) * width;
  }
  return sum;
}

TEST(ComponentKl, IsTheIntegral) {
  const DiagonalGaussians posterior{values({1, 2, 2}, 3), values({1, 2, 2}, 4)};
  const DiagonalGaussians components{values({3, 2}, 5), values({3, 2}, 6)};
  const torch::Tensor found = component_kl(posterior, components);
  ASSERT_EQ(found.sizes(), (std::vector<std::int64_t>{1, 2, 3}));
  for (std::int64_t n = 0; n < 2; ++n) {
    for (std::int64_t k = 0; k < 3; ++k) {
      double sum = 0;
      for (std::int64_t j = 0; j < 2; ++j) {
        sum += kl_by_quadrature(
            posterior.mean[0][n][j].item<double>(), posterior.log_variance[0][n][j].item<double>(),
            components.mean[k][j].item<double>(), components.log_variance[k][j].item<double>());
      }
      EXPECT_NEAR(found[0][n][k].item<double>(), sum, 1e-8);
    }
  }
}

TEST(ComponentKl, OfTheComponentItselfIsZero) {
  const DiagonalGaussians components{values({3, 2}, 5), values({3, 2}, 6)};
  const DiagonalGaussians posterior{components.mean.unsqueeze(0),
                                    components.log_variance.unsqueeze(0)};
  const torch::Tensor found = component_kl(posterior, components)[0];
  for (std::int64_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(found[k][k].item<double>(), 0, 1e-12);
    EXPECT_GT(found[k][(k + 1) % 3].item<double>(), 0);
  }
}

}  // namespace gaussian_mixture_test
}  // namespace mixvae::objectives
