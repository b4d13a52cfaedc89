#include "nn/random.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"

namespace mixvae::nn {
namespace random_test {

const NoiseKey kKey{42, Purpose::test, 9};
const NoiseKey kLargeKey{0xFEDCBA9876543210ULL, Purpose::gumbel, 0x123456789ULL};

TEST(NnRandom, LoopsAndTensorOperationsGiveTheSameNumbers) {
  for (const NoiseKey& key : {kKey, kLargeKey}) {
    for (const std::int64_t size : {1, 3, 4, 5, 7, 8, 9, 100, 1023}) {
      const at::IntArrayRef shape(size);
      EXPECT_TRUE(torch::equal(uniform(shape, key, {}), tensor_path::uniform(shape, key, {})));
      EXPECT_TRUE(
          torch::allclose(normal(shape, key, {}), tensor_path::normal(shape, key, {}), 1e-5, 1e-6));
      EXPECT_TRUE(torch::equal(dropout_mask(shape, 0.3, key, {}),
                               tensor_path::dropout_mask(shape, 0.3, key, {})));
    }
  }
}

TEST(NnRandom, AStepThatOnlyTheDeviceKnowsGivesTheSameNumbers) {
  for (const std::uint64_t step : {0ULL, 7ULL, 0x123456789ULL}) {
    const torch::Tensor counter = torch::full({}, static_cast<std::int64_t>(step), torch::kInt64);
    for (const std::uint64_t factor : {1ULL, 3ULL}) {
      const NoiseKey here{42, Purpose::test, StepNumber(step) * factor + 2};
      const NoiseKey there{42, Purpose::test, StepNumber(0, counter) * factor + 2};
      EXPECT_TRUE(torch::equal(uniform({5, 7}, here, {}), uniform({5, 7}, there, {})));
      EXPECT_TRUE(torch::allclose(normal({5, 7}, here, {}), normal({5, 7}, there, {}), 1e-5, 1e-6));
      EXPECT_TRUE(
          torch::equal(dropout_mask({5, 7}, 0.3, here, {}), dropout_mask({5, 7}, 0.3, there, {})));
    }
  }
}

TEST(NnRandom, NormalsOfBlocksAreFourOfEach) {
  const std::vector<std::int64_t> first{7, 0, 1LL << 33};
  const torch::Tensor found = normals_of_blocks(torch::tensor(first), 2, kKey);
  const Philox philox(kKey.seed, kKey.purpose, kKey.step.here);
  for (std::int64_t row = 0; row < 3; ++row) {
    for (std::int64_t i = 0; i < 8; ++i) {
      const auto number = static_cast<std::uint64_t>(first[static_cast<std::size_t>(row)] + i / 4);
      const Philox::Block block = philox.block(number);
      const auto pair =
          i % 4 < 2 ? Philox::normal_pair(block) : Philox::normal_pair({block[2], block[3], 0, 0});
      EXPECT_NEAR(found[row][i].item<float>(), pair[static_cast<std::size_t>(i % 2)], 1e-6);
    }
  }
}

TEST(NnRandom, KernelsRefuseAStepThatTheyDoNotKnow) {
  const NoiseKey key{42, Purpose::test, StepNumber(0, torch::zeros({}, torch::kInt64))};
  EXPECT_THROW(stream_words(key), Bug);
}

TEST(NnRandom, NumbersDoNotDependOnTheNumberOfThreads) {
  set_thread_count(1);
  const torch::Tensor one = normal({3, 70001}, kKey, {});
  set_thread_count(3);
  const torch::Tensor three = normal({3, 70001}, kKey, {});
  set_thread_count(0);
  EXPECT_TRUE(torch::equal(one, three));
}

TEST(NnRandom, DropoutKeepsItsShareAndItsMean) {
  const torch::Tensor mask = dropout_mask({400000}, 0.75, kKey, {});
  EXPECT_NEAR(mask.gt(0).to(torch::kFloat32).mean().item<double>(), 0.75, 0.003);
  EXPECT_NEAR(mask.mean().item<double>(), 1.0, 0.005);
  EXPECT_TRUE(torch::equal(dropout_mask({50}, 1.0, kKey, {}), torch::ones({50})));
}

TEST(NnRandom, GumbelNoiseHasItsMoments) {
  const torch::Tensor g = gumbel({400000}, kKey, {});
  EXPECT_TRUE(g.isfinite().all().item<bool>());
  EXPECT_NEAR(g.mean().item<double>(), 0.5772, 0.01);
  EXPECT_NEAR(g.var().item<double>(), 1.6449, 0.03);
}

}  // namespace random_test
}  // namespace mixvae::nn
