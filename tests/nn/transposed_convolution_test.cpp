#include "nn/transposed_convolution.hpp"

#include <gtest/gtest.h>

#include "nn/random.hpp"

namespace mixvae::nn {
namespace transposed_convolution_test {

torch::Tensor some_values(at::IntArrayRef shape, std::uint64_t step, torch::ScalarType type) {
  return normal(shape, {1, Purpose::test, step}, torch::kFloat64).to(type).requires_grad_(true);
}

TEST(TransposedConvolution, IsLibtorchsWithItsGradients) {
  for (const auto& [type, tolerance] :
       {std::pair{torch::kFloat64, 1e-11}, std::pair{torch::kFloat32, 1e-4}}) {
    for (const std::int64_t groups : {1, 3}) {
      const torch::Tensor x = some_values({5, groups * 4, 3, 2}, 0, type);
      const torch::Tensor weight = some_values({groups * 4, 2, 4, 4}, 1, type);
      const torch::Tensor weights = some_values({5, groups * 2, 6, 4}, 2, type).detach();
      const torch::Tensor own = transposed_convolution(x, weight, groups);
      const torch::Tensor known = at::conv_transpose2d(x, weight, {}, 2, 1, 0, groups);
      ASSERT_EQ(own.sizes(), known.sizes());
      EXPECT_TRUE(torch::allclose(own, known, tolerance, tolerance));
      const auto gradients = torch::autograd::grad({own}, {x, weight}, {weights});
      const auto expected = torch::autograd::grad({known}, {x, weight}, {weights});
      EXPECT_TRUE(torch::allclose(gradients[0], expected[0], tolerance, tolerance));
      EXPECT_TRUE(torch::allclose(gradients[1], expected[1], tolerance, tolerance));
    }
  }
}

TEST(TransposedConvolution, ReadsViews) {
  const torch::Tensor x = some_values({2, 5, 4, 3}, 0, torch::kFloat64).transpose(0, 1);
  const torch::Tensor weight = some_values({2, 3, 4, 4}, 1, torch::kFloat64);
  EXPECT_TRUE(torch::allclose(transposed_convolution(x, weight, 1),
                              at::conv_transpose2d(x, weight, {}, 2, 1, 0, 1)));
}

}  // namespace transposed_convolution_test
}  // namespace mixvae::nn
