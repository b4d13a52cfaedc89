#include "nn/kernels/dense_chain.hpp"

#include <gtest/gtest.h>

namespace mixvae::nn::kernels {
namespace {

constexpr float kValue = 0;

/// A layer that is not run.
ChainLayer layer(std::int64_t inputs, std::int64_t outputs) {
  return {inputs, outputs, &kValue, 0, &kValue, 0};
}

TEST(DenseChain, BlocksAreFewerWhereTheirGradientsTakeMuchMemory) {
  EXPECT_EQ(chain_blocks(2, 1000, {layer(100, 100)}), 8);
  EXPECT_EQ(chain_blocks(2, 300, {layer(100, 100)}), 2);
  EXPECT_EQ(chain_blocks(1, 100, {layer(100, 100)}), 1);
  EXPECT_EQ(chain_blocks(1, 5000, {layer(2000, 2000)}), 4);
  EXPECT_EQ(chain_blocks(2, 5000, {layer(10, 10), layer(2000, 2000)}), 2);
  EXPECT_EQ(chain_blocks(1, 5000, {layer(30000, 30000)}), 1);
  EXPECT_EQ(chain_blocks(1, 5000, {{30000, 30000, nullptr, 0, nullptr, 0}}), 8);
}

TEST(DenseChain, TakesMemoryForGradientsOnlyOnTheWayBack) {
  EXPECT_NO_THROW(DenseChain({0, 2}, 0, {layer(300000, 300000)}));
}

}  // namespace
}  // namespace mixvae::nn::kernels
