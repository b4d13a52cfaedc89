#include "nn/parameter_bank.hpp"

#include <cstdint>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::nn {
namespace {

TEST(ParameterBank, ParametersKeepTheirValuesAndShareTheFlatStorage) {
  torch::Tensor a = torch::arange(6, torch::kFloat32).view({2, 3}).requires_grad_();
  torch::Tensor b = torch::full({17}, 2.0F).requires_grad_();
  const torch::Tensor handle = a;
  ParameterBank bank({a, b});
  EXPECT_EQ(bank.size(), 16 + 32);
  EXPECT_TRUE(torch::equal(handle, torch::arange(6, torch::kFloat32).view({2, 3})));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(b.data_ptr<float>()) % 64, 0U);
  {
    const torch::NoGradGuard no_grad;
    bank.values().fill_(5);
  }
  EXPECT_TRUE(torch::equal(handle, torch::full({2, 3}, 5.0F)));
  EXPECT_TRUE(b.is_leaf());
}

TEST(ParameterBank, BackwardPassesAddToTheFlatGradient) {
  torch::Tensor a = torch::ones({2, 2}).requires_grad_();
  torch::Tensor b = torch::ones({3}).requires_grad_();
  ParameterBank bank({a, b});
  for (int pass = 0; pass < 2; ++pass) {
    ((a * 3).sum() + (a.t().matmul(a)).sum() * 0 + (b * b).sum()).backward();
  }
  EXPECT_TRUE(torch::equal(bank.gradients().narrow(0, 0, 4), torch::full({4}, 6.0F)));
  EXPECT_TRUE(torch::equal(bank.gradients().narrow(0, 16, 3), torch::full({3}, 4.0F)));
  EXPECT_EQ(bank.gradients().narrow(0, 4, 12).abs().sum().item<float>(), 0);
}

TEST(ParameterBank, MixedTypesAreABug) {
  const torch::Tensor a = torch::ones({2}).requires_grad_();
  const torch::Tensor b = torch::ones({2}, torch::kFloat64).requires_grad_();
  EXPECT_THROW(ParameterBank({a, b}), Bug);
  EXPECT_THROW(ParameterBank({}), Bug);
  EXPECT_THROW(ParameterBank({torch::ones({2})}), Bug);
}

}  // namespace
}  // namespace mixvae::nn
