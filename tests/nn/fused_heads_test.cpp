#include "nn/fused_heads.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "nn/parameter_bank.hpp"
#include "nn/random.hpp"

namespace mixvae::nn {
namespace fused_heads_test {

torch::Tensor random(at::IntArrayRef shape, std::uint64_t step) {
  return normal(shape, {7, Purpose::test, step}, {});
}

/// Inputs and layers of a call.
struct Example {
  std::vector<torch::Tensor> inputs;
  std::vector<ArmLinear> layers;

  Example(std::int64_t arms, std::int64_t cells, const std::vector<std::int64_t>& widths,
          const std::vector<std::int64_t>& outputs, bool shared) {
    std::int64_t inputs_of_all = 0;
    for (const std::int64_t width : widths) {
      inputs.push_back(random({arms, cells, width}, inputs.size()).requires_grad_());
      inputs_of_all += width;
    }
    for (const std::int64_t width : outputs) {
      layers.emplace_back(arms, inputs_of_all, width, shared, 3, layers.size());
    }
  }

  std::vector<torch::Tensor> fused() const {
    std::vector<const ArmLinear*> pointers;
    for (const ArmLinear& layer : layers) {
      pointers.push_back(&layer);
    }
    return fused_heads(inputs, pointers);
  }
  std::vector<torch::Tensor> plain() const {
    std::vector<torch::Tensor> out;
    for (const ArmLinear& layer : layers) {
      out.push_back(layer.forward(torch::cat(inputs, -1)));
    }
    return out;
  }
  std::vector<torch::Tensor> gradients(const std::vector<torch::Tensor>& out) const {
    std::vector<torch::Tensor> variables = inputs;
    for (const ArmLinear& layer : layers) {
      variables.push_back(layer.weight());
      variables.push_back(layer.bias());
    }
    torch::Tensor loss = torch::zeros({});
    for (std::size_t i = 0; i < out.size(); ++i) {
      loss = loss + (out[i] * random(out[i].sizes(), 20 + i)).sum();
    }
    return torch::autograd::grad({loss}, variables);
  }
};

void expect_close(const std::vector<torch::Tensor>& values,
                  const std::vector<torch::Tensor>& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_TRUE(torch::allclose(values[i], expected[i], 1e-3, 1e-4)) << i;
  }
}

TEST(FusedHeads, EqualTheLayersOfJoinedInputsOverAwkwardSizes) {
  for (const std::int64_t arms : {1, 3}) {
    for (const std::int64_t cells : {1, 127, 260, 700}) {
      for (const bool shared : {false, true}) {
        const Example one(arms, cells, {10}, {115}, shared);
        expect_close(one.fused(), one.plain());
        expect_close(one.gradients(one.fused()), one.gradients(one.plain()));
        const Example several(arms, cells, {10, 17, 1}, {2, 1, 5}, shared);
        expect_close(several.fused(), several.plain());
        expect_close(several.gradients(several.fused()), several.gradients(several.plain()));
      }
    }
  }
}

TEST(FusedHeads, AddToTheGradientsOfABank) {
  const Example example(2, 300, {10, 15}, {2, 2}, false);
  const auto expected = example.gradients(example.plain());
  ParameterBank bank({example.layers[0].weight(), example.layers[0].bias(),
                      example.layers[1].weight(), example.layers[1].bias()});
  const auto out = example.fused();
  ((out[0] * random(out[0].sizes(), 20)).sum() + (out[1] * random(out[1].sizes(), 21)).sum())
      .backward();
  expect_close({example.layers[0].weight().grad(), example.layers[1].bias().grad()},
               {expected[2], expected[5]});
}

TEST(FusedHeads, NumbersDoNotDependOnTheNumberOfThreads) {
  const Example example(2, 700, {10, 115}, {2, 2}, false);
  const int threads = thread_count();
  set_thread_count(1);
  const auto out = example.fused();
  const auto one = example.gradients(out);
  set_thread_count(3);
  const auto again = example.fused();
  const auto three = example.gradients(again);
  set_thread_count(threads);
  EXPECT_TRUE(torch::equal(out[0], again[0]));
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_TRUE(torch::equal(one[i], three[i])) << i;
  }
}

TEST(FusedHeads, InputsThatDoNotFitAreABug) {
  const Example example(2, 30, {10}, {2}, false);
  EXPECT_THROW(fused_heads({example.inputs[0], example.inputs[0]}, {&example.layers[0]}), Bug);
}

}  // namespace fused_heads_test
}  // namespace mixvae::nn
