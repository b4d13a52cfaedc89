#include "objectives/fused_expert_error.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "nn/parameter_bank.hpp"
#include "nn/random.hpp"
#include "objectives/reconstruction.hpp"

namespace mixvae::objectives {
namespace fused_expert_error_test {

using nn::kernels::OutputKind;

struct Shape {
  std::int64_t arms, experts, cells, features;
  std::vector<std::int64_t> hidden;
};

torch::Tensor random(at::IntArrayRef shape, std::uint64_t step) {
  return nn::normal(shape, {7, Purpose::test, step}, {});
}

nn::Experts make_experts(const Shape& shape) {
  std::vector<std::int64_t> widths{6};
  widths.insert(widths.end(), shape.hidden.begin(), shape.hidden.end());
  widths.push_back(shape.features);
  return {shape.arms, shape.experts, widths, 3, 0};
}

/// Uneven groups; the last expert has no cells where there are three or more.
ExpertInput make_input(const Shape& shape) {
  const torch::Tensor u = nn::uniform({shape.arms, shape.cells}, {7, Purpose::test, 9}, {});
  const auto used = static_cast<double>(std::max<std::int64_t>(shape.experts - 1, 1));
  return {random({shape.arms, shape.cells, 6}, 1),
          (u.square() * (shape.experts > 2 ? used : static_cast<double>(shape.experts)))
              .to(torch::kInt64)};
}

torch::Tensor make_target(const Shape& shape, bool shared) {
  return nn::uniform({shared ? 1 : shape.arms, shape.cells, shape.features}, {7, Purpose::test, 5},
                     {});
}

torch::Tensor plain(const nn::Experts& experts, const ExpertInput& input, OutputKind kind,
                    const torch::Tensor& target) {
  const torch::Tensor out = experts.forward_grouped(input.x, input.expert);
  return kind == OutputKind::bernoulli ? bernoulli_error(out, target) : squared_error(out, target);
}

std::vector<torch::Tensor> parameters(nn::Experts& experts) {
  std::vector<torch::Tensor> out;
  for (const nn::ArmLinear& layer : experts.layers()) {
    out.push_back(layer.weight());
    out.push_back(layer.bias());
  }
  return out;
}

void expect_close(const torch::Tensor& value, const torch::Tensor& expected, const char* what) {
  const double scale = 1e-6 + expected.abs().max().item<double>();
  EXPECT_LT((value - expected).abs().max().item<double>() / scale, 1e-4) << what;
}

void expect_equal_to_plain(const Shape& shape, OutputKind kind, bool shared) {
  nn::Experts reference = make_experts(shape);
  nn::Experts experts = make_experts(shape);
  const ExpertInput expected_input = make_input(shape);
  const ExpertInput input = make_input(shape);
  expected_input.x.requires_grad_();
  input.x.requires_grad_();
  const torch::Tensor target = make_target(shape, shared);
  const torch::Tensor expected = plain(reference, expected_input, kind, target);
  expect_close(fused_expert_error(experts, input, kind, target), expected.detach(), "errors");
  const torch::Tensor mean = fused_mean_expert_error(experts, input, kind, target);
  expect_close(mean.detach(), expected.mean(1).detach(), "mean");
  const torch::Tensor out_gradient = torch::arange(1, shape.arms + 1);
  (expected.mean(1) * out_gradient).sum().backward();
  (mean * out_gradient).sum().backward();
  expect_close(input.x.grad(), expected_input.x.grad(), "gradient of x");
  const auto own = parameters(experts);
  const auto others = parameters(reference);
  for (std::size_t i = 0; i < own.size(); ++i) {
    expect_close(own[i].grad(), others[i].grad(), "parameter");
  }
}

TEST(FusedExpertError, EqualsTheTensorOperationsOverAwkwardSizes) {
  for (const OutputKind kind : {OutputKind::linear, OutputKind::bernoulli}) {
    for (const bool shared : {false, true}) {
      expect_equal_to_plain({1, 3, 50, 17, {9}}, kind, shared);
      expect_equal_to_plain({2, 4, 300, 600, {20, 33}}, kind, shared);
      expect_equal_to_plain({1, 1, 200, 5, {100}}, kind, shared);
      expect_equal_to_plain({3, 10, 1, 513, {70}}, kind, shared);
      expect_equal_to_plain({2, 3, 40, 9, {}}, kind, shared);  // no hidden layer
    }
  }
}

TEST(FusedExpertError, GradientsAreAddedToThoseThatAreThere) {
  const Shape shape{2, 3, 60, 40, {8}};
  nn::Experts experts = make_experts(shape);
  nn::ParameterBank bank(parameters(experts));
  const auto run = [&] {
    fused_mean_expert_error(experts, make_input(shape), OutputKind::linear,
                            make_target(shape, true))
        .sum()
        .backward();
  };
  run();
  const torch::Tensor once = bank.gradients().clone();
  EXPECT_GT(once.abs().sum().item<float>(), 0);
  run();
  EXPECT_TRUE(torch::allclose(bank.gradients(), 2 * once, 1e-5, 1e-5));
}

TEST(FusedExpertError, NumbersDoNotDependOnTheNumberOfThreads) {
  const auto run = [](int threads) {
    set_thread_count(threads);
    const Shape shape{2, 5, 700, 600, {90, 200}};
    nn::Experts experts = make_experts(shape);
    nn::ParameterBank bank(parameters(experts));
    const torch::Tensor mean = fused_mean_expert_error(
        experts, make_input(shape), OutputKind::linear, make_target(shape, true));
    mean.sum().backward();
    return std::pair(mean.detach(), bank.gradients().clone());
  };
  const auto one = run(1);
  const auto three = run(3);
  set_thread_count(0);
  EXPECT_TRUE(torch::equal(one.first, three.first));
  EXPECT_TRUE(torch::equal(one.second, three.second));
}

TEST(FusedExpertError, WhatDoesNotFitIsABug) {
  const Shape shape{1, 3, 20, 7, {8}};
  const nn::Experts experts = make_experts(shape);
  const ExpertInput input = make_input(shape);
  EXPECT_THROW(fused_expert_error(experts, input, OutputKind::linear, torch::zeros({1, 20, 6})),
               Bug);
  EXPECT_THROW(fused_expert_error(experts, input, OutputKind::linear, torch::zeros({1, 19, 7})),
               Bug);
  EXPECT_THROW(fused_expert_error(experts, input, OutputKind::linear, torch::zeros({2, 20, 7})),
               Bug);
  EXPECT_THROW(fused_mean_expert_error(experts, {input.x, input.expert.slice(1, 0, 19)},
                                       OutputKind::linear, torch::zeros({1, 20, 7})),
               Bug);
  EXPECT_THROW(fused_expert_error(experts, input, OutputKind::linear,
                                  torch::zeros({1, 20, 7}, torch::kFloat64)),
               Bug);
}

}  // namespace fused_expert_error_test
}  // namespace mixvae::objectives
