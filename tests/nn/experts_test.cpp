#include "nn/experts.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "nn/arm_batch_norm.hpp"
#include "nn/random.hpp"
#include "support/visited.hpp"

namespace mixvae::nn {
namespace experts_test {

struct Example {
  Experts experts;
  torch::Tensor x = normal({2, 9, 4}, {1, Purpose::test, 0}, torch::kFloat64);
  // Arm 0 leaves expert 1 without cells, arm 1 uses expert 2 alone.
  torch::Tensor expert =
      torch::tensor({2, 0, 0, 2, 2, 0, 2, 2, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2}, torch::kInt64)
          .view({2, 9});

  explicit Example(const ExpertLayers& between = {}) : experts(2, 3, {4, 5, 6}, 7, 0, between) {
    support::to_double(experts);
  }

  torch::Tensor one_hot() const {
    return torch::eye(3, torch::kFloat64).index_select(0, expert.flatten()).view({2, 9, 3});
  }
  std::vector<torch::Tensor> gradients(const torch::Tensor& loss) {
    std::vector<torch::Tensor> out;
    loss.backward();
    for (const ArmLinear& layer : experts.layers()) {
      for (const torch::Tensor& parameter : {layer.weight(), layer.bias()}) {
        out.push_back(parameter.grad().clone());
        parameter.mutable_grad().zero_();
      }
    }
    return out;
  }
};

TEST(Experts, CellsGroupedByExpertEqualAllExpertsMasked) {
  Example example;
  const torch::Tensor grouped = example.experts.forward(example.x, example.expert);
  const torch::Tensor masked = example.experts.forward_soft(example.x, example.one_hot());
  EXPECT_EQ(grouped.sizes(), (std::vector<std::int64_t>{2, 9, 6}));
  EXPECT_TRUE(torch::allclose(grouped, masked, 1e-12, 1e-12));
  const auto from_groups = example.gradients(grouped.square().sum());
  const auto from_mask = example.gradients(masked.square().sum());
  for (std::size_t i = 0; i < from_groups.size(); ++i) {
    EXPECT_TRUE(torch::allclose(from_groups[i], from_mask[i], 1e-12, 1e-12));
  }
}

TEST(Experts, CellsPaddedToTilesEqualCellsGroupedByExpert) {
  Example example;
  const torch::Tensor grouped = example.experts.forward_grouped(example.x, example.expert);
  const auto from_groups = example.gradients(grouped.square().sum());
  for (const std::int64_t tile : {1, 2, 4, 9, 50}) {
    const torch::Tensor tiled = example.experts.forward_tiled(example.x, example.expert, tile);
    EXPECT_TRUE(torch::allclose(grouped, tiled, 1e-12, 1e-12)) << tile;
    const auto from_tiles = example.gradients(tiled.square().sum());
    for (std::size_t i = 0; i < from_groups.size(); ++i) {
      EXPECT_TRUE(torch::allclose(from_groups[i], from_tiles[i], 1e-12, 1e-12)) << tile;
    }
  }
}

TEST(Experts, AnExpertThatIsNotThereIsABug) {
  const Example example;
  const torch::Tensor expert = example.expert.clone();
  expert[0][3] = 3;  // would be the other arm's
  EXPECT_THROW(example.experts.forward_grouped(example.x, expert), Bug);
  expert[0][3] = -1;
  EXPECT_THROW(example.experts.forward_grouped(example.x, expert), Bug);
}

TEST(Experts, TilesPassGradientsToTheCells) {
  const Example example;
  const torch::Tensor x = example.x.clone().requires_grad_();
  example.experts.forward_grouped(x, example.expert).square().sum().backward();
  const torch::Tensor grouped = x.grad().clone();
  x.mutable_grad().zero_();
  example.experts.forward_tiled(x, example.expert, 4).square().sum().backward();
  EXPECT_TRUE(torch::allclose(grouped, x.grad(), 1e-12, 1e-12));
}

TEST(Experts, TilesOfOneCellAndOfOneExpert) {
  const Experts one(1, 1, {3, 2}, 7, 0);
  const torch::Tensor x = normal({1, 1, 3}, {1, Purpose::test, 0}, torch::kFloat32);
  const torch::Tensor expert = torch::zeros({1, 1}, torch::kInt64);
  EXPECT_TRUE(torch::allclose(one.forward_tiled(x, expert, 32), one.forward_grouped(x, expert)));
}

/// What each expert makes of all cells of its arm, network by network: [A, K, B, O].
torch::Tensor outputs_of_all(Example& example) {
  const auto& layers = example.experts.layers();
  torch::Tensor all = torch::zeros({2, 3, 9, 6}, torch::kFloat64);
  for (std::int64_t a = 0; a < 2; ++a) {
    for (std::int64_t k = 0; k < 3; ++k) {
      const std::int64_t member = a * 3 + k;
      const torch::Tensor h = torch::elu(torch::matmul(example.x[a], layers[0].weight()[member]) +
                                         layers[0].bias()[member]);
      all[a][k].copy_(torch::matmul(h, layers[1].weight()[member]) + layers[1].bias()[member]);
    }
  }
  return all.detach();
}

TEST(Experts, EachIsAPlainNetwork) {
  Example example;
  const torch::Tensor all = outputs_of_all(example);
  for (std::int64_t k = 0; k < 3; ++k) {
    const torch::Tensor out =
        example.experts.forward(example.x, torch::full_like(example.expert, k));
    EXPECT_TRUE(torch::allclose(all.select(1, k), out, 1e-12, 1e-12));
  }
}

TEST(Experts, SoftRoutingIsTheWeightedMean) {
  Example example;
  const torch::Tensor weights =
      torch::softmax(normal({2, 9, 3}, {1, Purpose::test, 1}, torch::kFloat64), -1);
  const torch::Tensor all = outputs_of_all(example);
  const torch::Tensor expected = torch::einsum("akbo,abk->abo", {all, weights});
  EXPECT_TRUE(
      torch::allclose(example.experts.forward_soft(example.x, weights), expected, 1e-12, 1e-12));
}

/// The cells of one expert of one arm through plain layers, ReLU and libtorch's batch norm.
torch::Tensor normalised_by_libtorch(const Example& example, Experts& experts, std::int64_t arm,
                                     std::int64_t k, const torch::Tensor& cells) {
  const std::int64_t member = arm * 3 + k;
  const torch::Tensor read = example.x[arm].index_select(0, cells);
  const torch::Tensor affine = torch::matmul(read, experts.layers()[0].weight()[member]) +
                               experts.layers()[0].bias()[member];
  const torch::Tensor h =
      torch::relu(at::batch_norm(affine, {}, {}, {}, {}, true, 0.0, ArmBatchNorm::kEpsilon, false));
  return torch::matmul(h, experts.layers()[1].weight()[member]) +
         experts.layers()[1].bias()[member];
}

constexpr ExpertLayers kNormalised{.normalised = true, .activation = Activation::relu};

TEST(Experts, NormsAreOfTheCellsOfEachExpert) {
  Example example(kNormalised);
  const torch::Tensor out =
      example.experts.forward(example.x, example.expert, {}, Statistics::of_batch);
  for (const std::int64_t arm : {0, 1}) {
    for (const std::int64_t k : {0, 2}) {
      const torch::Tensor cells = example.expert[arm].eq(k).nonzero().flatten();
      if (cells.numel() > 0) {
        EXPECT_TRUE(torch::allclose(out[arm].index_select(0, cells),
                                    normalised_by_libtorch(example, example.experts, arm, k, cells),
                                    1e-9, 1e-9));
      }
    }
  }
}

TEST(Experts, NormsHaveTheSameValuesGradientsAndStatisticsInEveryForm) {
  Example grouped(kNormalised);
  const torch::Tensor out =
      grouped.experts.forward_grouped(grouped.x, grouped.expert, Statistics::of_batch);
  const auto gradients = grouped.gradients(out.square().sum());
  for (const std::int64_t tile : {1, 4, 50}) {
    Example tiled(kNormalised);
    const torch::Tensor other =
        tiled.experts.forward_tiled(tiled.x, tiled.expert, tile, Statistics::of_batch);
    EXPECT_TRUE(torch::allclose(out, other, 1e-12, 1e-12)) << tile;
    const auto others = tiled.gradients(other.square().sum());
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      EXPECT_TRUE(torch::allclose(gradients[i], others[i], 1e-10, 1e-10)) << tile << " " << i;
    }
    const auto own = support::buffers_of(grouped.experts);
    ASSERT_EQ(own.size(), 2U);
    for (std::size_t i = 0; i < own.size(); ++i) {
      EXPECT_TRUE(torch::allclose(own[i].tensor, support::buffers_of(tiled.experts)[i].tensor));
    }
  }
  // By the running statistics all forms agree again, the soft one too.
  const torch::Tensor still = grouped.experts.forward(grouped.x, grouped.expert);
  EXPECT_FALSE(torch::allclose(still, out));
  EXPECT_TRUE(torch::allclose(still, grouped.experts.forward_tiled(grouped.x, grouped.expert, 4)));
  EXPECT_TRUE(torch::allclose(still, grouped.experts.forward_soft(grouped.x, grouped.one_hot())));
}

TEST(Experts, SoftRoutingNormalisesByAllCells) {
  Example example(kNormalised);
  const torch::Tensor all = torch::arange(9, torch::kInt64);
  const torch::Tensor weights =
      torch::softmax(normal({2, 9, 3}, {1, Purpose::test, 1}, torch::kFloat64), -1);
  const torch::Tensor out = example.experts.forward_soft(example.x, weights, Statistics::of_batch);
  for (const std::int64_t arm : {0, 1}) {
    torch::Tensor expected = torch::zeros({9, 6}, torch::kFloat64);
    for (std::int64_t k = 0; k < 3; ++k) {
      expected = expected + weights[arm].select(-1, k).unsqueeze(-1) *
                                normalised_by_libtorch(example, example.experts, arm, k, all);
    }
    EXPECT_TRUE(torch::allclose(out[arm], expected, 1e-9, 1e-9));
  }
}

TEST(Experts, OnlyEluWithoutNormsSuitsKernels) {
  EXPECT_TRUE(Example().experts.suit_kernels());
  EXPECT_FALSE(Example({.activation = Activation::relu}).experts.suit_kernels());
  EXPECT_FALSE(Example({.normalised = true}).experts.suit_kernels());
}

TEST(Experts, CountWhatACellPassesByAndWhatSoftRoutingKeeps) {
  const Experts experts(2, 3, {4, 5, 7}, 1, 0);
  const std::int64_t of_one = 4 * 5 + 5 + 5 * 7 + 7;
  EXPECT_EQ(experts.passed_by(), 2 * 2 * of_one);
  EXPECT_EQ(experts.soft_values(), std::int64_t{2} * 3 * (4 + 5));
}

}  // namespace experts_test
}  // namespace mixvae::nn
