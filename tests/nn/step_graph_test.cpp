#include "nn/step_graph.hpp"

#include <gtest/gtest.h>

namespace mixvae::nn {
namespace {

TEST(StepGraph, OnTheCpuEveryStepJustRuns) {
  EXPECT_FALSE(StepGraph::captures_on(torch::kCPU));
  StepGraph graph(torch::kCPU);
  int steps = 0;
  for (int i = 0; i < 10; ++i) {
    graph.run([&] { ++steps; });
  }
  graph.forget();
  graph.run([&] { steps += 100; });
  EXPECT_EQ(steps, 110);
  EXPECT_FALSE(graph.captured());
}

/// On a CUDA device: a repeated step reads values in place, and forgetting begins anew.
TEST(StepGraph, OnADeviceTheGraphDoesWhatTheStepDoes) {
  if (!at::hasCUDA() || !StepGraph::captures_on(torch::kCUDA)) {
    GTEST_SKIP() << "no CUDA device";
  }
  const auto options = torch::TensorOptions().device(torch::kCUDA);
  const torch::Tensor x = torch::zeros({3}, options);
  const torch::Tensor sum = torch::zeros({3}, options);
  StepGraph graph(torch::kCUDA);
  int calls = 0;
  for (int i = 1; i <= 10; ++i) {
    x.fill_(i);
    graph.run([&] {
      ++calls;
      sum.add_(x * 2);
    });
  }
  EXPECT_TRUE(torch::equal(sum.cpu(), torch::full({3}, 110.F)));
  EXPECT_LT(calls, 10);
  EXPECT_TRUE(graph.captured());
  graph.forget();
  EXPECT_FALSE(graph.captured());
}

}  // namespace
}  // namespace mixvae::nn
