#include "nn/fused_chain.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "nn/parameter_bank.hpp"
#include "nn/random.hpp"

namespace mixvae::nn {
namespace {

torch::Tensor random(at::IntArrayRef shape, std::uint64_t step) {
  return normal(shape, {7, Purpose::test, step}, {});
}

/// Layers of the given widths, with the norms of an encoder.
struct Stack {
  std::vector<ArmLinear> layers;
  std::vector<ArmBatchNorm> norms;

  Stack(std::int64_t arms, const std::vector<std::int64_t>& widths, bool shared) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      norms.emplace_back(arms, widths[i]);
      if (i > 0) {
        layers.emplace_back(arms, widths[i - 1], widths[i], shared, 3, i);
      }
    }
  }

  std::vector<torch::Tensor> parameters() const {
    std::vector<torch::Tensor> out;
    for (const ArmLinear& layer : layers) {
      out.push_back(layer.weight());
      out.push_back(layer.bias());
    }
    return out;
  }
  std::vector<NamedTensor> statistics() const {
    std::vector<NamedTensor> out;
    for (const ArmBatchNorm& norm : norms) {
      norm.append_buffers("norm", out);
    }
    return out;
  }
};

torch::Tensor plain(Stack& stack, const torch::Tensor& x, bool normalised) {
  torch::Tensor h = normalised ? stack.norms[0].forward_training(torch::relu(x)) : x;
  for (std::size_t i = 0; i < stack.layers.size(); ++i) {
    h = torch::relu(stack.layers[i].forward(h));
    h = normalised ? stack.norms[i + 1].forward_training(h) : h;
  }
  return h;
}

torch::Tensor fused(Stack& stack, const torch::Tensor& x, bool normalised) {
  return normalised ? fused_normalised_layers(x, stack.layers, stack.norms)
                    : fused_relu_layers(x, stack.layers);
}

void expect_close(const torch::Tensor& value, const torch::Tensor& expected, const char* what) {
  EXPECT_TRUE(torch::allclose(value, expected, 1e-3, 1e-4))
      << what << ": " << (value - expected).abs().max().item<float>();
}

/// Value, gradients and running statistics of both forms under a random slope.
void expect_equal_to_plain(std::int64_t arms, std::int64_t cells,
                           const std::vector<std::int64_t>& widths, bool shared, bool normalised) {
  Stack reference(arms, widths, shared);
  Stack stack(arms, widths, shared);
  const torch::Tensor x = random({arms, cells, widths.front()}, 1);
  const torch::Tensor slope = random({arms, cells, widths.back()}, 2);
  const torch::Tensor x_reference = x.clone().requires_grad_();
  const torch::Tensor x_fused = x.clone().requires_grad_();
  const torch::Tensor expected = plain(reference, x_reference, normalised);
  const torch::Tensor out = fused(stack, x_fused, normalised);
  expect_close(out, expected, "value");
  (expected * slope).sum().backward();
  (out * slope).sum().backward();
  expect_close(x_fused.grad(), x_reference.grad(), "slope of x");
  for (std::size_t i = 0; i < stack.parameters().size(); ++i) {
    expect_close(stack.parameters()[i].grad(), reference.parameters()[i].grad(), "parameter");
  }
  for (std::size_t i = 0; normalised && i < stack.statistics().size(); ++i) {
    expect_close(stack.statistics()[i].tensor, reference.statistics()[i].tensor, "statistics");
  }
}

TEST(FusedChain, EqualsTheTensorOperationsOverAwkwardSizes) {
  for (const bool normalised : {false, true}) {
    for (const std::int64_t cells : {3, 64, 129, 1000}) {
      expect_equal_to_plain(2, cells, {17, 9, 33}, false, normalised);
    }
    expect_equal_to_plain(1, 300, {5, 1}, false, normalised);
    expect_equal_to_plain(3, 250, {12, 100, 7, 16}, true, normalised);
  }
  expect_equal_to_plain(2, 70, {8}, false, true);  // a norm alone
}

TEST(FusedChain, GradientsAreAddedToThoseThatAreThere) {
  Stack stack(2, {6, 5}, false);
  ParameterBank bank(stack.parameters());
  const torch::Tensor x = random({2, 40, 6}, 1);
  fused(stack, x, false).sum().backward();
  const torch::Tensor once = bank.gradients().clone();
  EXPECT_GT(once.abs().sum().item<float>(), 0);
  fused(stack, x, false).sum().backward();
  EXPECT_TRUE(torch::allclose(bank.gradients(), 2 * once, 1e-5, 1e-5));
}

TEST(FusedChain, NumbersDoNotDependOnTheNumberOfThreads) {
  const auto run = [](int threads) {
    set_thread_count(threads);
    Stack stack(2, {30, 40, 10}, false);
    ParameterBank bank(stack.parameters());
    const torch::Tensor out = fused(stack, random({2, 1000, 30}, 1), true);
    out.square().sum().backward();
    return std::pair(out.detach(), bank.gradients().clone());
  };
  const auto one = run(1);
  const auto three = run(3);
  set_thread_count(0);
  EXPECT_TRUE(torch::equal(one.first, three.first));
  EXPECT_TRUE(torch::equal(one.second, three.second));
}

// One block: BLAS, called outside of any parallel loop, would take all threads.
TEST(FusedChain, NumbersOfOneArmWithFewCellsDoNotDependOnTheNumberOfThreads) {
  const auto run = [](int threads) {
    set_thread_count(threads);
    Stack stack(1, {700, 900, 800}, false);
    ParameterBank bank(stack.parameters());
    const torch::Tensor out = fused(stack, random({1, 100, 700}, 1), true);
    out.square().sum().backward();
    return std::pair(out.detach(), bank.gradients().clone());
  };
  const auto one = run(1);
  const auto two = run(2);
  set_thread_count(0);
  EXPECT_TRUE(torch::equal(one.first, two.first));
  EXPECT_TRUE(torch::equal(one.second, two.second));
}

TEST(FusedChain, TakesAWideNormAlone) {
  Stack stack(1, {300000}, false);
  const torch::Tensor x = random({1, 2, 300000}, 1).requires_grad_();
  fused(stack, x, true).sum().backward();
  EXPECT_TRUE(x.grad().isfinite().all().item<bool>());
}

TEST(FusedChain, NotANumberStaysOne) {
  for (const bool normalised : {false, true}) {
    Stack stack(1, {6, 5}, false);
    torch::Tensor x = random({1, 40, 6}, 1);
    x[0][3][2] = std::numeric_limits<float>::quiet_NaN();
    x.requires_grad_();
    const torch::Tensor out = fused(stack, x, normalised);
    EXPECT_TRUE(out[0][3].isnan().all().item<bool>());
    out.square().sum().backward();
    EXPECT_TRUE(stack.layers[0].bias().grad().isnan().all().item<bool>());
  }
}

TEST(FusedChain, WhatDoesNotFitIsABug) {
  Stack stack(2, {6, 5}, false);
  EXPECT_THROW(fused(stack, random({2, 40, 7}, 1), false), Bug);
  EXPECT_THROW(fused(stack, random({2, 1, 6}, 1), true), Bug);
  EXPECT_THROW(fused(stack, random({2, 40, 6}, 1).to(torch::kFloat64), false), Bug);
}

}  // namespace
}  // namespace mixvae::nn
