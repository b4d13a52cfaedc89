#include "nn/expert_norm.hpp"

#include <gtest/gtest.h>

#include "nn/arm_batch_norm.hpp"
#include "nn/random.hpp"
#include "support/visited.hpp"

namespace mixvae::nn {
namespace expert_norm_test {

/// Network 0 has three rows, network 1 one, network 2 none; the last row is no cell.
struct Example {
  ExpertNorm norm{3, 4};
  torch::Tensor x = normal({5, 4}, {1, Purpose::test, 0}, torch::kFloat64);
  RowsOfBanks rows{torch::tensor({0, 1, 0, 0, 0}, torch::kInt64),
                   torch::tensor({1.0, 1.0, 1.0, 1.0, 0.0}, torch::kFloat64).unsqueeze(1)};
  torch::Tensor own = torch::tensor({0, 2, 3}, torch::kInt64);

  Example() { support::to_double(norm); }
  torch::Tensor statistic(const std::string& name) {
    for (const NamedTensor& buffer : support::buffers_of(norm)) {
      if (buffer.name.ends_with(name)) {
        return buffer.tensor;
      }
    }
    return {};
  }
};

TEST(ExpertNorm, IsTheBatchNormOfEachNetworksCells) {
  Example example;
  ArmBatchNorm alone(1, 4);
  support::to_double(alone);
  const torch::Tensor cells = example.x.index_select(0, example.own).unsqueeze(0);
  const torch::Tensor out = example.norm.forward_training(example.x, example.rows);
  EXPECT_TRUE(torch::allclose(out.index_select(0, example.own), alone.forward_training(cells)[0]));
  const torch::Tensor evaluated = example.norm.forward_evaluation(example.x, example.rows);
  EXPECT_TRUE(
      torch::allclose(evaluated.index_select(0, example.own), alone.forward_evaluation(cells)[0]));
}

TEST(ExpertNorm, OneCellOrNoneLeavesTheRunningStatisticsWhichThenNormalise) {
  Example example;
  const torch::Tensor out = example.norm.forward_training(example.x, example.rows);
  EXPECT_TRUE(torch::allclose(out[1], example.x[1])) << "mean 0, variance 1";
  for (const std::int64_t network : {1, 2}) {
    EXPECT_EQ(example.statistic("mean")[network].abs().max().item<double>(), 0);
    EXPECT_EQ((example.statistic("variance")[network] - 1).abs().max().item<double>(), 0);
  }
  EXPECT_GT(example.statistic("mean")[0].abs().max().item<double>(), 0);
}

}  // namespace expert_norm_test
}  // namespace mixvae::nn
