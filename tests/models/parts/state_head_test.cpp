#include "models/parts/state_head.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "nn/random.hpp"
#include "support/visited.hpp"

namespace mixvae::models {
namespace state_head_test {

StateHead head_of(const StateHead::Shape& shape) {
  LayerKeys keys{.seed = 7};
  return {shape, keys};
}

std::vector<nn::NamedTensor> layers_of(StateHead& head) {
  std::vector<nn::NamedTensor> tensors;
  head.visit([&](const std::string& name, torch::Tensor& tensor, TensorKind) {
    tensors.push_back({name, tensor});
  });
  return tensors;
}

const torch::Tensor& named(const std::vector<nn::NamedTensor>& tensors, const std::string& name) {
  return std::ranges::find(tensors, name, &nn::NamedTensor::name)->tensor;
}

torch::Tensor noise(at::IntArrayRef shape, std::uint64_t step) {
  return nn::normal(shape, {1, Purpose::test, step}, {});
}

TEST(StateHead, MeanIsAffineAndVarianceASigmoid) {
  for (const std::int64_t types : {0, 4}) {
    StateHead head = head_of({.arms = 2, .latent = 5, .types = types, .states = 3});
    const torch::Tensor code = noise({2, 30, 5}, 0);
    const torch::Tensor type = torch::softmax(noise({2, 30, 4}, 1), -1);
    const torch::Tensor joint = types > 0 ? torch::cat({code, type}, -1) : code;
    const auto layers = layers_of(head);
    const auto affine = [&](const std::string& name) {
      return torch::matmul(joint, named(layers, name + ".weight")) + named(layers, name + ".bias");
    };
    for (const bool fused : {false, true}) {
      const StatePosterior found = head.posterior(code, type, {.fused = fused});
      EXPECT_TRUE(torch::allclose(found.mean, affine("state_mean"), 1e-4, 1e-5));
      EXPECT_TRUE(
          torch::allclose(found.variance, torch::sigmoid(affine("state_variance")), 1e-4, 1e-5));
    }
  }
}

TEST(StateHead, DeviationMayBeASoftplus) {
  StateHead head = head_of({.latent = 5, .states = 3, .spread = StateSpread::softplus_deviation});
  const torch::Tensor code = noise({1, 30, 5}, 0);
  const auto layers = layers_of(head);
  const torch::Tensor deviation =
      torch::log1p(torch::exp(torch::matmul(code, named(layers, "state_variance.weight")) +
                              named(layers, "state_variance.bias")));
  for (const bool fused : {false, true}) {
    EXPECT_TRUE(torch::allclose(head.posterior(code, {}, {.fused = fused}).variance.sqrt(),
                                deviation, 1e-4, 1e-5));
  }
}

TEST(StateHead, KernelsPassTheSameGradients) {
  StateHead head = head_of({.arms = 2, .latent = 5, .types = 4, .states = 3});
  const auto run = [&](bool fused) {
    for (const nn::NamedTensor& each : layers_of(head)) {
      each.tensor.mutable_grad() = torch::Tensor();
    }
    const torch::Tensor code = noise({2, 30, 5}, 0).requires_grad_();
    const torch::Tensor type = torch::softmax(noise({2, 30, 4}, 1), -1).requires_grad_();
    const StatePosterior found = head.posterior(code, type, {.fused = fused});
    (found.mean * noise({2, 30, 3}, 2) + found.variance * noise({2, 30, 3}, 3)).sum().backward();
    std::vector<torch::Tensor> gradients{code.grad(), type.grad()};
    for (const nn::NamedTensor& each : layers_of(head)) {
      gradients.push_back(each.tensor.grad().clone());
    }
    return gradients;
  };
  const auto fused = run(true);
  const auto plain = run(false);
  for (std::size_t i = 0; i < fused.size(); ++i) {
    EXPECT_TRUE(torch::allclose(fused[i], plain[i], 1e-3, 1e-4)) << i;
  }
}

TEST(StateHead, DrawsHaveThePosteriorsMomentsAndFollowTheirKey) {
  const StatePosterior posterior{torch::tensor({-2.F, 3.F}).expand({1, 20000, 2}),
                                 torch::tensor({0.25F, 0.81F}).expand({1, 20000, 2})};
  const torch::Tensor drawn = StateHead::draw(posterior, {1, Purpose::state_noise, 0});
  EXPECT_TRUE(torch::allclose(drawn.mean(1), torch::tensor({{-2.F, 3.F}}), 0.0, 0.03));
  EXPECT_TRUE(torch::allclose(drawn.var(1), torch::tensor({{0.25F, 0.81F}}), 0.05, 0.0));
  EXPECT_TRUE(torch::equal(drawn, StateHead::draw(posterior, {1, Purpose::state_noise, 0})));
  EXPECT_FALSE(torch::equal(drawn, StateHead::draw(posterior, {1, Purpose::state_noise, 1})));
}

TEST(StateHead, WithoutStatesItKeepsAndSaysNothing) {
  StateHead head = head_of({.arms = 2, .latent = 5, .types = 4, .states = 0});
  EXPECT_TRUE(layers_of(head).empty());
  const StatePosterior found = head.posterior(noise({2, 30, 5}, 0), {}, {});
  EXPECT_EQ(found.mean.sizes(), (std::vector<std::int64_t>{2, 30, 0}));
  EXPECT_EQ(found.variance.sizes(), (std::vector<std::int64_t>{2, 30, 0}));
  head.prune(1);
}

TEST(StateHead, APrunedTypeIsNotToldToTheStates) {
  StateHead head = head_of({.arms = 2, .latent = 5, .types = 4, .states = 3});
  const torch::Tensor code = noise({2, 30, 5}, 0);
  torch::Tensor type = torch::softmax(noise({2, 30, 4}, 1), -1);
  head.prune(1);
  const StatePosterior before = head.posterior(code, type, {});
  type.select(-1, 1).add_(1);
  const StatePosterior after = head.posterior(code, type, {});
  EXPECT_TRUE(torch::equal(before.mean, after.mean));
  EXPECT_TRUE(torch::equal(before.variance, after.variance));
  type.select(-1, 2).add_(1);
  EXPECT_FALSE(torch::allclose(head.posterior(code, type, {}).mean, after.mean));
}

}  // namespace state_head_test
}  // namespace mixvae::models
