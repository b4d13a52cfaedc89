#include "fit/inference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/cpl_mixvae.hpp"

namespace mixvae::fit {
namespace {

using testing::ElementsAre;

DenseMatrix random_cells(Index cells, Index features) {
  DenseMatrix x(cells, features);
  const Philox philox(3, Purpose::test);
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    x.values[i] = philox.normal(i);
  }
  return x;
}

models::CplMixVae small_model() {
  models::CplMixVaeOptions options;
  options.hidden = 8;
  options.latent = 5;
  options.arms = 3;
  return {6, 4, options, 1};
}

TEST(InferCells, DoesNotDependOnTheBatch) {
  models::CplMixVae model = small_model();
  const Matrix x = random_cells(23, 6);
  const Inference whole = infer_cells(model, x, nullptr, 100);
  const Inference parts = infer_cells(model, x, nullptr, 7);
  EXPECT_EQ(whole.arm_types, parts.arm_types);
  ASSERT_EQ(whole.type_probs.values.size(), 23U * 4U);
  for (std::size_t i = 0; i < whole.type_probs.values.size(); ++i) {
    EXPECT_NEAR(whole.type_probs.values[i], parts.type_probs.values[i], 1e-5);
  }
  for (std::size_t a = 0; a < 3; ++a) {
    EXPECT_NEAR(whole.arm_errors[a], parts.arm_errors[a], 1e-4);
    EXPECT_EQ(whole.arm_states[a].columns, 2);
    EXPECT_EQ(whole.arm_latents[a].columns, 5);
  }
}

TEST(InferCells, AveragesTheArmsPosteriors) {
  models::CplMixVae model = small_model();
  const DenseMatrix x = random_cells(5, 6);
  const Inference inference = infer_cells(model, x);
  models::Batch batch;
  batch.x = torch::tensor(x.values).view({5, 6});
  const torch::Tensor expected = model.infer(batch).type_probs.mean(0);
  for (Index n = 0; n < 5; ++n) {
    for (Index k = 0; k < 4; ++k) {
      EXPECT_NEAR(inference.type_probs(n, k), expected[n][k].item<float>(), 1e-6);
    }
  }
}

}  // namespace
}  // namespace mixvae::fit
