#include "fit/inference.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/parallel.hpp"
#include "models/cpl_mixvae.hpp"
#include "models/moe_sim_vae.hpp"
#include "nn/threads.hpp"
#include "support/sparse_examples.hpp"

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
  options.encoder.hidden = 8;
  options.encoder.latent = 5;
  options.arms.arms = 3;
  return {{6, 4}, options, 1};
}

TEST(InferCells, DoesNotDependOnTheBatch) {
  models::CplMixVae model = small_model();
  const Matrix x = random_cells(23, 6);
  const Inference whole = infer_cells(model, x, {.batch = 100});
  const Inference parts = infer_cells(model, x, {.batch = 7});
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
  batch.only().x = torch::tensor(x.values).view({5, 6});
  const torch::Tensor expected = model.infer(batch).type_probs.mean(0);
  for (Index n = 0; n < 5; ++n) {
    for (Index k = 0; k < 4; ++k) {
      EXPECT_NEAR(inference.type_probs(n, k), expected[n][k].item<float>(), 1e-6);
    }
  }
}

void expect_same_bits(const Inference& found, const Inference& expected) {
  EXPECT_EQ(found.type_probs.values, expected.type_probs.values);
  EXPECT_EQ(found.arm_types, expected.arm_types);
  EXPECT_EQ(found.arm_errors, expected.arm_errors);
  for (std::size_t a = 0; a < expected.arm_states.size(); ++a) {
    EXPECT_EQ(found.arm_states[a].values, expected.arm_states[a].values);
    EXPECT_EQ(found.arm_latents[a].values, expected.arm_latents[a].values);
  }
}

/// With one thread and with more.
void expect_same_bits_for_threads(models::Model& model, const Matrix& x) {
  const nn::ThreadLimit former_number_afterwards(thread_count());
  nn::set_threads(1);
  const Inference alone = infer_cells(model, x);
  for (const int threads : {2, 3}) {
    SCOPED_TRACE(threads);
    nn::set_threads(threads);
    expect_same_bits(infer_cells(model, x), alone);
  }
}

TEST(InferCells, HasTheSameBitsForAnyNumberOfThreads) {
  models::CplMixVaeOptions options;
  options.arms.arms = 3;
  for (const auto decoder : {models::DecoderKind::shared, models::DecoderKind::experts}) {
    options.decoder.decoder = decoder;
    models::CplMixVae model({12, 9}, options, 1);
    for (const Index cells : {Index{1}, Index{60}, 3 * kInferenceBatch + 1}) {
      SCOPED_TRACE(cells);
      expect_same_bits_for_threads(model, random_cells(cells, 12));
    }
  }
}

TEST(InferCells, HasTheSameBitsOnAThreadThatNeverAskedLibtorchForAnything) {
  models::CplMixVae model({12, 9}, {}, 1);
  const Matrix x = random_cells(60, 12);
  std::thread fresh([&] {
    const Inference first = infer_cells(model, x);
    expect_same_bits(infer_cells(model, x), first);
  });
  fresh.join();
}

TEST(InferCells, OfSparseCellsHasTheSameBitsForAnyNumberOfThreads) {
  models::CplMixVae model({300, 9}, {}, 1);
  ASSERT_TRUE(model.reads_sparse_rows({}));
  const Matrix x = support::sparse_example(3 * kInferenceBatch + 1, 300, 0.2);
  expect_same_bits_for_threads(model, x);
}

TEST(InferCells, OfImagesHasTheSameBitsForAnyNumberOfThreads) {
  models::MoeSimVaeOptions options;
  options.encoder_kind.kind = models::EncoderKind::convolutional;
  models::MoeSimVae model({64, 5}, options, 1);
  expect_same_bits_for_threads(model, random_cells(2 * kInferenceBatch + 1, 64));
}

}  // namespace
}  // namespace mixvae::fit
