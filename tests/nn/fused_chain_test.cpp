#include "nn/fused_chain.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "nn/parameter_bank.hpp"
#include "nn/random.hpp"
#include "support/visited.hpp"

namespace mixvae::nn {
namespace fused_chain_test {

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
  std::vector<NamedTensor> statistics() {
    std::vector<NamedTensor> out;
    for (ArmBatchNorm& norm : norms) {
      const auto own = support::buffers_of(norm, "norm");
      out.insert(out.end(), own.begin(), own.end());
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

void expect_same_gradients(const Stack& stack, const Stack& reference) {
  for (std::size_t i = 0; i < stack.parameters().size(); ++i) {
    expect_close(stack.parameters()[i].grad(), reference.parameters()[i].grad(), "parameter");
  }
}

/// Value, gradients and running statistics of both forms under a random gradient of the output.
void expect_equal_to_plain(std::int64_t arms, std::int64_t cells,
                           const std::vector<std::int64_t>& widths, bool shared, bool normalised) {
  Stack reference(arms, widths, shared);
  Stack stack(arms, widths, shared);
  const torch::Tensor x = random({arms, cells, widths.front()}, 1);
  const torch::Tensor out_gradient = random({arms, cells, widths.back()}, 2);
  const torch::Tensor x_reference = x.clone().requires_grad_();
  const torch::Tensor x_fused = x.clone().requires_grad_();
  const torch::Tensor expected = plain(reference, x_reference, normalised);
  const torch::Tensor out = fused(stack, x_fused, normalised);
  expect_close(out, expected, "value");
  (expected * out_gradient).sum().backward();
  (out * out_gradient).sum().backward();
  expect_close(x_fused.grad(), x_reference.grad(), "gradient of x");
  expect_same_gradients(stack, reference);
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

/// As DenseStack does it, with the masks given.
torch::Tensor plain_elu(Stack& stack, const torch::Tensor& x, const EluLayers& form) {
  torch::Tensor h = x;
  for (std::size_t i = form.after_affine ? 0 : 1; i < stack.norms.size(); ++i) {
    h = i == 0 ? h : stack.layers[i - 1].forward(h);
    h = torch::elu(form.normalised ? stack.norms[i].forward_training(h) : h);
    h = form.masks.empty() ? h : h * form.masks[form.after_affine ? i : i - 1];
  }
  return h;
}

/// Value, gradients and running statistics under a random gradient of the output.
void expect_elu_equal_to_plain(std::int64_t arms, std::int64_t cells,
                               const std::vector<std::int64_t>& widths, EluLayers form,
                               bool masked) {
  Stack reference(arms, widths, false);
  Stack stack(arms, widths, false);
  for (std::size_t i = form.after_affine ? 0 : 1; masked && i < widths.size(); ++i) {
    form.masks.push_back(dropout_mask({arms, cells, widths[i]}, 0.7, {3, Purpose::test, i}, {}));
  }
  const torch::Tensor x = random({arms, cells, widths.front()}, 1);
  const torch::Tensor out_gradient = random({arms, cells, widths.back()}, 2);
  const torch::Tensor x_reference = x.clone().requires_grad_();
  const torch::Tensor x_fused = x.clone().requires_grad_();
  const torch::Tensor expected = plain_elu(reference, x_reference, form);
  form.layers = stack.layers;
  if (form.normalised) {
    form.moved = std::span(stack.norms).subspan(form.after_affine ? 0 : 1);
  }
  const torch::Tensor out = fused_elu_layers(x_fused, form);
  expect_close(out, expected, "value");
  (expected * out_gradient).sum().backward();
  (out * out_gradient).sum().backward();
  expect_close(x_fused.grad(), x_reference.grad(), "gradient of x");
  expect_same_gradients(stack, reference);
  for (std::size_t i = 0; i < stack.statistics().size(); ++i) {
    expect_close(stack.statistics()[i].tensor, reference.statistics()[i].tensor, "statistics");
  }
}

TEST(FusedChain, EluLayersEqualTheTensorOperationsOverAwkwardSizes) {
  for (const bool normalised : {false, true}) {
    for (const bool after_affine : {false, true}) {
      for (const bool masked : {false, true}) {
        const EluLayers form{.layers = {}, .after_affine = after_affine, .normalised = normalised};
        for (const std::int64_t cells : {3, 64, 129, 500}) {
          expect_elu_equal_to_plain(2, cells, {17, 9, 33}, form, masked);
        }
        expect_elu_equal_to_plain(1, 300, {5, 1}, form, masked);
        expect_elu_equal_to_plain(3, 250, {12, 100, 7, 16}, form, masked);
      }
    }
  }
}

TEST(FusedChain, InputsWithoutAGradientGetNone) {
  Stack stack(1, {6, 5}, false);
  const torch::Tensor x = random({1, 40, 6}, 1);
  fused_elu_layers(x, {.layers = stack.layers}).sum().backward();
  EXPECT_FALSE(x.grad().defined());
  EXPECT_GT(stack.layers[0].weight().grad().abs().sum().item<float>(), 0);
}

TEST(FusedChain, ExpertLayersTakeTheCellsOfEachBank) {
  const std::vector<std::int64_t> first_cells{0, 7, 7, 300, 301};  // one bank without cells
  const Stack reference(4, {10, 30, 9}, false);
  Stack stack(4, {10, 30, 9}, false);
  const torch::Tensor x_reference = random({301, 10}, 1).requires_grad_();
  const torch::Tensor x_fused = x_reference.detach().clone().requires_grad_();
  const torch::Tensor out_gradient = random({301, 9}, 2);
  std::vector<torch::Tensor> expected;
  for (std::int64_t bank = 0; bank < 4; ++bank) {
    const auto b = static_cast<std::size_t>(bank);
    torch::Tensor h = x_reference.slice(0, first_cells[b], first_cells[b + 1]);
    for (const ArmLinear& layer : reference.layers) {
      h = torch::elu(torch::addmm(layer.bias()[bank], h, layer.weight()[bank]));
    }
    expected.push_back(h);
  }
  const torch::Tensor out = fused_expert_layers(x_fused, stack.layers, first_cells);
  expect_close(out, torch::cat(expected), "value");
  (torch::cat(expected) * out_gradient).sum().backward();
  (out * out_gradient).sum().backward();
  expect_close(x_fused.grad(), x_reference.grad(), "gradient of x");
  expect_same_gradients(stack, reference);
  EXPECT_EQ(stack.layers[0].weight().grad()[1].abs().sum().item<float>(), 0);
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

// Banks of several blocks, of one (which adds to the gradients itself) and without cells.
TEST(FusedChain, NumbersOfMaskedAndUnevenBanksDoNotDependOnTheNumberOfThreads) {
  const auto run = [](int threads) {
    set_thread_count(threads);
    Stack stack(4, {30, 40, 10}, false);
    ParameterBank bank(stack.parameters());
    fused_expert_layers(random({900, 30}, 1), stack.layers, {0, 700, 700, 701, 900})
        .square()
        .sum()
        .backward();
    const torch::Tensor uneven = bank.gradients().clone();
    const torch::Tensor mask = dropout_mask({4, 300, 40}, 0.7, {3, Purpose::test, 1}, {});
    const torch::Tensor out = fused_elu_layers(
        random({4, 300, 30}, 2),
        {.layers = std::span(stack.layers).first(1), .normalised = true, .masks = {mask}});
    out.square().sum().backward();
    return std::tuple(uneven, out.detach(), bank.gradients().clone());
  };
  const auto one = run(1);
  const auto three = run(3);
  set_thread_count(0);
  EXPECT_TRUE(torch::equal(std::get<0>(one), std::get<0>(three)));
  EXPECT_TRUE(torch::equal(std::get<1>(one), std::get<1>(three)));
  EXPECT_TRUE(torch::equal(std::get<2>(one), std::get<2>(three)));
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
    const torch::Tensor x = random({1, 40, 6}, 1);
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
  const torch::Tensor x = random({2, 40, 6}, 1);
  EXPECT_THROW(fused_elu_layers(x, {.layers = stack.layers, .masks = {torch::ones({2, 40, 4})}}),
               Bug);
  EXPECT_THROW(fused_elu_layers(x, {.layers = stack.layers, .moved = stack.norms}), Bug);
  EXPECT_THROW(fused(stack, random({3, 40, 6}, 1), false), Bug);
  Stack other(3, {6, 5}, false);
  EXPECT_THROW(fused_normalised_layers(x, stack.layers, other.norms), Bug);
  EXPECT_THROW(fused_expert_layers(random({40, 6}, 1), stack.layers, {0, 10, 39}), Bug);
  EXPECT_THROW(fused_expert_layers(random({40, 6}, 1), stack.layers, {0, 50, 40}), Bug);
  EXPECT_THROW(fused_expert_layers(random({40, 6}, 1), stack.layers, {10, 20, 40}), Bug);
  EXPECT_THROW(fused_expert_layers(random({40, 6}, 1), stack.layers, {0, 10, 20, 40}), Bug);
}

}  // namespace fused_chain_test
}  // namespace mixvae::nn
