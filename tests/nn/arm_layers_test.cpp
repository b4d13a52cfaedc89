#include <gtest/gtest.h>

#include "nn/arm_batch_norm.hpp"
#include "nn/arm_linear.hpp"
#include "nn/random.hpp"

namespace mixvae::nn {
namespace arm_layers_test {

torch::Tensor noise(at::IntArrayRef shape, std::uint64_t step) {
  return normal(shape, {1, Purpose::test, step}, {});
}

TEST(ArmLinear, EqualsOneAffineLayerPerArm) {
  const ArmLinear layer(3, 5, 4, false, 7, 0);
  const torch::Tensor x = noise({3, 6, 5}, 0);
  const torch::Tensor y = layer.forward(x);
  for (std::int64_t a = 0; a < 3; ++a) {
    const torch::Tensor expected = torch::matmul(x[a], layer.weight()[a]) + layer.bias()[a];
    EXPECT_TRUE(torch::allclose(y[a], expected, 1e-5, 1e-6));
  }
}

TEST(ArmLinear, ReadsOneInputInEveryArm) {
  const ArmLinear layer(2, 5, 4, false, 7, 0);
  const torch::Tensor x = noise({6, 5}, 0);
  const torch::Tensor y = layer.forward(x);
  EXPECT_TRUE(
      torch::allclose(y[1], torch::matmul(x, layer.weight()[1]) + layer.bias()[1], 1e-5, 1e-6));
}

TEST(ArmLinear, SharedArmsHaveOneSetOfWeightsAndSumTheirGradients) {
  const ArmLinear layer(3, 5, 4, true, 7, 0);
  EXPECT_EQ(layer.weight().size(0), 1);
  const torch::Tensor x = noise({6, 5}, 0);
  const torch::Tensor y = layer.forward(x);
  EXPECT_TRUE(torch::equal(y[0], y[2]));
  y.sum().backward();
  EXPECT_TRUE(torch::allclose(layer.bias().grad(), torch::full({1, 1, 4}, 18.0)));
}

TEST(ArmLinear, InitialWeightsLieWithinTheirBoundAndDifferByArmAndLayer) {
  const ArmLinear first(2, 16, 8, false, 7, 0);
  const ArmLinear second(2, 16, 8, false, 7, 1);
  EXPECT_LE(first.weight().abs().max().item<float>(), 0.25F);
  EXPECT_GT(first.weight().abs().max().item<float>(), 0.2F);
  EXPECT_FALSE(torch::equal(first.weight()[0], first.weight()[1]));
  EXPECT_FALSE(torch::equal(first.weight(), second.weight()));
}

TEST(ArmBatchNorm, EqualsLibtorchsBatchNormPerArm) {
  ArmBatchNorm norm(2, 5);
  torch::Tensor mean = torch::zeros({5});
  torch::Tensor variance = torch::ones({5});
  for (std::uint64_t step = 0; step < 3; ++step) {
    const torch::Tensor x = noise({2, 9, 5}, step) * 3.0 + 1.0;
    const torch::Tensor y = norm.forward_training(x);
    const torch::Tensor expected =
        torch::batch_norm(x[1], {}, {}, mean, variance, true, 0.01, 1e-8, false);
    EXPECT_TRUE(torch::allclose(y[1], expected, 1e-4, 1e-5));
  }
  const torch::Tensor x = noise({2, 4, 5}, 9);
  const torch::Tensor expected =
      torch::batch_norm(x[1], {}, {}, mean, variance, false, 0.01, 1e-8, false);
  EXPECT_TRUE(torch::allclose(norm.forward_evaluation(x)[1], expected, 1e-4, 1e-5));
}

}  // namespace arm_layers_test
}  // namespace mixvae::nn
