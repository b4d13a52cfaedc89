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

TEST(StandardNormalKl, IsZeroForTheStandardNormal) {
  EXPECT_EQ(standard_normal_kl(torch::zeros({1, 1, 3}), torch::ones({1, 1, 3})).item<double>(),
            0.0);
}

TEST(StandardNormalKl, HasItsClosedForm) {
  const torch::Tensor kl = standard_normal_kl(torch::tensor({{{2.0}}}), torch::tensor({{{0.5}}}));
  EXPECT_NEAR(kl.item<double>(), 0.5 * (4.0 + 0.5 - 1.0 - std::log(0.5)), 1e-6);
}

}  // namespace
}  // namespace mixvae::objectives
