#include "nn/dense_stack.hpp"

#include <gtest/gtest.h>

#include "nn/parameter_bank.hpp"
#include "support/visited.hpp"

namespace mixvae::nn {
namespace dense_stack_test {

constexpr Execution kPlain{.fused = false};

TEST(DenseStack, TheNoisyPassWithoutDropoutEqualsTheTrainingPassAndMovesNothing) {
  for (const bool normalised : {true, false}) {
    DenseStack stack(1, {4, 5, 3}, normalised, 7, 0);
    const torch::Tensor x = normal({1, 8, 4}, {1, Purpose::test, 0}, torch::kFloat32);
    EXPECT_EQ(support::buffers_of(stack).size(), normalised ? 4U : 0U);
    const torch::Tensor noisy = stack.forward_noisy(x, 0, {1, Purpose::noisy_pass, 0}, kPlain);
    const torch::Tensor before = stack.forward_evaluation(x);
    EXPECT_TRUE(torch::equal(noisy, stack.forward_training(x, kPlain)));
    EXPECT_EQ(torch::equal(before, stack.forward_evaluation(x)), !normalised);
  }
}

TEST(DenseStack, DropoutFollowsItsKey) {
  const DenseStack stack(1, {4, 50}, false, 7, 0);
  const torch::Tensor x = normal({1, 8, 4}, {1, Purpose::test, 0}, torch::kFloat32);
  const auto noisy = [&](std::uint64_t step) {
    return stack.forward_noisy(x, 0.5, {1, Purpose::noisy_pass, step}, kPlain);
  };
  EXPECT_TRUE(torch::equal(noisy(3), noisy(3)));
  EXPECT_FALSE(torch::equal(noisy(3), noisy(4)));
  EXPECT_NEAR(noisy(3).eq(0).to(torch::kFloat32).mean().item<float>(), 0.5, 0.1);
}

/// Two stacks of the same weights, one run by kernels, one by tensor operations.
struct TwoForms {
  DenseStack fused;
  DenseStack plain;

  TwoForms(std::int64_t arms, const std::vector<std::int64_t>& widths, bool normalised)
      : fused(arms, widths, normalised, 7, 0), plain(arms, widths, normalised, 7, 0) {}
};

void expect_close(const torch::Tensor& value, const torch::Tensor& expected,
                  const std::string& what) {
  const double scale = 1e-3 + expected.abs().max().item<double>();
  EXPECT_LT((value - expected).abs().max().item<double>() / scale, 2e-4) << what;
}

/// Values, gradients and running statistics of one way through both forms.
template <class Forward>
void expect_equal(TwoForms& forms, const torch::Tensor& x, const Forward& forward) {
  const torch::Tensor x_fused = x.clone().requires_grad_();
  const torch::Tensor x_plain = x.clone().requires_grad_();
  const torch::Tensor out = forward(forms.fused, x_fused, Execution{});
  const torch::Tensor expected = forward(forms.plain, x_plain, kPlain);
  expect_close(out.detach(), expected.detach(), "value");
  const torch::Tensor slope = normal(out.sizes(), {2, Purpose::test, 0}, {});
  (out * slope).sum().backward();
  (expected * slope).sum().backward();
  expect_close(x_fused.grad(), x_plain.grad(), "slope of x");
  const auto own = support::parameters_of(forms.fused);
  const auto others = support::parameters_of(forms.plain);
  const auto statistics = support::buffers_of(forms.fused);
  const bool normalised = !statistics.empty();
  for (std::size_t i = 0; i < own.size(); ++i) {
    // A norm takes the bias before it away: its gradient is rounding alone.
    if (!normalised || !own[i].name.ends_with("bias")) {
      expect_close(own[i].tensor.grad(), others[i].tensor.grad(), own[i].name);
    }
  }
  for (std::size_t i = 0; i < statistics.size(); ++i) {
    expect_close(statistics[i].tensor, support::buffers_of(forms.plain)[i].tensor,
                 statistics[i].name);
  }
}

void expect_all_ways_equal(std::int64_t arms, const std::vector<std::int64_t>& widths,
                           const torch::Tensor& x) {
  const NoiseKey key{1, Purpose::noisy_pass, 3};
  for (const bool normalised : {true, false}) {
    TwoForms forms(arms, widths, normalised);
    expect_equal(forms, x,
                 [](DenseStack& stack, const torch::Tensor& input, const Execution& execution) {
                   return stack.forward_training(input, execution);
                 });
    for (const double dropout : {0.0, 0.4}) {
      expect_equal(forms, x,
                   [&](DenseStack& stack, const torch::Tensor& input, const Execution& execution) {
                     return stack.forward_noisy(input, dropout, key, execution);
                   });
      expect_equal(forms, x,
                   [&](DenseStack& stack, const torch::Tensor& input, const Execution& execution) {
                     const auto passes = stack.forward_both(input, dropout, key, execution);
                     return passes.clean + 2 * passes.noisy;
                   });
    }
  }
}

TEST(DenseStack, KernelsEqualTheTensorOperations) {
  const torch::Tensor x = normal({2, 90, 12}, {1, Purpose::test, 0}, {});
  expect_all_ways_equal(2, {12, 33, 8}, x);
  expect_all_ways_equal(1, {12, 5}, x.slice(0, 0, 1));
  expect_all_ways_equal(2, {12, 33, 8}, x[0]);  // the same cells for both arms
}

// A first layer of more than two million weights is a product of its own.
TEST(DenseStack, KernelsEqualTheTensorOperationsForWideInputs) {
  expect_all_ways_equal(1, {30000, 80, 6}, normal({1, 20, 30000}, {1, Purpose::test, 0}, {}));
}

TEST(DenseStack, BothPassesAddTheirGradientsToTheBank) {
  TwoForms forms(1, {12, 33, 8}, true);
  const torch::Tensor x = normal({1, 90, 12}, {1, Purpose::test, 0}, {});
  std::vector<torch::Tensor> tensors;
  for (const NamedTensor& parameter : support::parameters_of(forms.fused)) {
    tensors.push_back(parameter.tensor);
  }
  ParameterBank bank(tensors);
  const NoiseKey key{1, Purpose::noisy_pass, 3};
  const auto gradients = [&](DenseStack& stack, bool clean, bool noisy) {
    bank.gradients().zero_();
    const DenseStack::Passes passes = stack.forward_both(x, 0.4, key);
    (passes.clean.square().sum() * clean + passes.noisy.square().sum() * noisy).backward();
    return bank.gradients().clone();
  };
  const torch::Tensor both = gradients(forms.fused, true, true);
  expect_close(both, gradients(forms.fused, true, false) + gradients(forms.fused, false, true),
               "sum of both");
  EXPECT_GT(both.abs().max().item<float>(), 0.1);
}

TEST(DenseStack, ReluStandsBehindTheNorm) {
  DenseStack stack(1, {4, 5}, true, 7, 0, Activation::relu);
  const DenseStack elu(1, {4, 5}, true, 7, 0);
  const torch::Tensor x = normal({1, 8, 4}, {1, Purpose::test, 0}, {});
  const torch::Tensor out = stack.forward_training(x);
  const auto parameters = support::parameters_of(stack);
  const torch::Tensor affine =
      torch::matmul(x[0], parameters[0].tensor[0]) + parameters[1].tensor[0];
  const torch::Tensor expected =
      torch::relu(at::batch_norm(affine, {}, {}, {}, {}, true, 0.0, 1e-8, false));
  EXPECT_TRUE(torch::allclose(out[0], expected, 1e-4, 1e-5));
  const NoiseKey key{1, Purpose::noisy_pass, 0};
  EXPECT_TRUE(torch::equal(stack.forward_noisy(x, 0, key), out));
  EXPECT_FALSE(torch::allclose(elu.forward_noisy(x, 0, key), out));
  EXPECT_GE(stack.forward_evaluation(x).min().item<float>(), 0);
}

TEST(DenseStack, NoLayersLeaveTheInput) {
  DenseStack stack(1, {4}, true, 7, 0);
  const torch::Tensor x = normal({1, 8, 4}, {1, Purpose::test, 0}, {});
  EXPECT_TRUE(torch::equal(stack.forward_training(x), x));
  EXPECT_TRUE(torch::equal(stack.forward_noisy(x, 0.5, {1, Purpose::noisy_pass, 0}), x));
}

}  // namespace dense_stack_test
}  // namespace mixvae::nn
