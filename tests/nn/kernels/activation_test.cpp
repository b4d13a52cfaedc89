#include "nn/kernels/activation.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "nn/random.hpp"

namespace mixvae::nn::kernels {
namespace {

torch::Tensor values(std::int64_t count) {
  return 3 * nn::normal({count}, {7, Purpose::test, 1}, {});
}

torch::Tensor mask_of(std::int64_t count) {
  return nn::dropout_mask({count}, 0.6, {7, Purpose::test, 2}, {});
}

torch::Tensor reference(Activation activation, const torch::Tensor& v) {
  return activation == Activation::relu ? torch::relu(v) : torch::elu(v);
}

TEST(Activation, ValuesAndGradientsEqualTheTensorOperationsOverAwkwardSizes) {
  for (const Activation activation : {Activation::relu, Activation::elu}) {
    for (const std::int64_t count : {1, 15, 16, 17, 333}) {
      for (const bool masked : {false, true}) {
        const torch::Tensor v = values(count).requires_grad_();
        const torch::Tensor mask = masked ? mask_of(count) : torch::ones({count});
        const float* factors = masked ? mask.data_ptr<float>() : nullptr;
        const torch::Tensor expected = reference(activation, v) * mask;
        const torch::Tensor gradients = values(count).flip(0).contiguous();
        (expected * gradients).sum().backward();
        const torch::Tensor active = torch::empty({count});
        const torch::Tensor out = torch::empty({count});
        activate(activation, count, v.data_ptr<float>(), factors, active.data_ptr<float>());
        gradients_before_activation(activation, count, gradients.data_ptr<float>(),
                                    active.data_ptr<float>(), factors, out.data_ptr<float>());
        EXPECT_TRUE(torch::allclose(active, expected, 1e-6, 1e-6)) << count;
        EXPECT_TRUE(torch::allclose(out, v.grad(), 1e-5, 1e-6)) << count;
      }
    }
  }
}

TEST(Activation, EluOfExtremeNumbers) {
  const float infinity = std::numeric_limits<float>::infinity();
  std::vector<float> v{
      -infinity, -1000, -88, 0, 1e30F, infinity, std::numeric_limits<float>::quiet_NaN()};
  activate(Activation::elu, static_cast<std::int64_t>(v.size()), v.data(), nullptr, v.data());
  EXPECT_EQ(v[0], -1);
  EXPECT_EQ(v[1], -1);
  EXPECT_EQ(v[2], -1);
  EXPECT_EQ(v[3], 0);
  EXPECT_EQ(v[4], 1e30F);
  EXPECT_EQ(v[5], infinity);
  EXPECT_TRUE(std::isnan(v[6]));
}

}  // namespace
}  // namespace mixvae::nn::kernels
