#include "fit/execution_options.hpp"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "fit/fit_input.hpp"
#include "fit/fit_options.hpp"
#include "nn/kernels/bf16_product.hpp"
#include "nn/kernels/matrix_product.hpp"
#include "support/fit_settings.hpp"
#include "support/refusal.hpp"
#include "support/simulated_cells.hpp"

namespace mixvae::fit {
namespace execution_options_test {

using support::refusal;
using testing::AllOf;
using testing::HasSubstr;

const ExecutionOptions kHalf{.precision = nn::kernels::Precision::bf16};

TEST(ExecutionOptions, NumbersOf16BitsAreForTheCpuAndWideOutputs) {
  EXPECT_THAT(refusal([] { require_possible(kHalf, torch::Device("cuda:0")); }),
              HasSubstr("works on the CPU alone"));
  const bool here = nn::kernels::has_bf16_product() && nn::kernels::has_matrix_product();
  EXPECT_THAT(refusal([] { require_possible(kHalf, torch::kCPU); }),
              HasSubstr(here ? "accepted" : "16-bit precision does not work"));
  EXPECT_EQ(refusal([] { require_wide_outputs(kHalf, 256, "256 features"); }), "accepted");
  EXPECT_THAT(
      refusal([] { require_wide_outputs(kHalf, 255, "255 features"); }),
      AllOf(HasSubstr("16-bit precision would have no effect"),
            HasSubstr("--precision bf16 with 255 features"), HasSubstr("at least 256 outputs")));
  EXPECT_NO_THROW(require_possible(ExecutionOptions{}, torch::Device("cuda:0")));
  EXPECT_NO_THROW(require_wide_outputs({}, 1, "1 feature"));
}

TEST(ExecutionOptions, WhatCannotBeIsRefusedBeforeTheDataAreLookedAt) {
  FitOptions options;
  options.execution = kHalf;
  EXPECT_THAT(refusal([&] { require_possible(options, torch::kCPU); }),
              HasSubstr("--space pca, at most 150 outputs"));
  options.settings.components = 200;
  EXPECT_THAT(refusal([&] { require_possible(options, torch::kCPU); }),
              HasSubstr("--space pca, at most 200 outputs"));
  options.execution = {};
  options.training.device_products = "tf32";
  EXPECT_THAT(refusal([&] { require_possible(options, torch::kCPU); }),
              HasSubstr("TF32 is for products on a CUDA device"));
  EXPECT_EQ(refusal([&] { require_possible(options, torch::Device("cuda:0")); }), "accepted");
}

TEST(ExecutionOptions, OneReplicateIsRefusedBeforeTheDataAreLookedAt) {
  FitOptions options;
  support::set(options, "replicates", "1");
  EXPECT_THAT(refusal([&] { require_possible(options, torch::kCPU); }),
              AllOf(HasSubstr("one sample tells nothing"), HasSubstr("--replicates 1")));
  support::set(options, "replicates", "0");
  EXPECT_EQ(refusal([&] { require_possible(options, torch::kCPU); }), "accepted");
}

TEST(ExecutionOptions, NarrowDataAreRefusedBeforeTheirNeighboursAreSought) {
  FitOptions options;
  options.settings.types = 3;
  options.settings.space = Space::features;
  options.execution = kHalf;
  const models::Recipe recipe = options.spec().recipe(options.model, 1);
  EXPECT_THAT(refusal([&] { prepare_fit(support::simulated_cells(), options, recipe, 1); }),
              HasSubstr("--precision bf16 with 60 features"));
}

TEST(ExecutionOptions, ModelsWithoutWideOutputsHaveNoPrecision) {
  for (const std::string& model : models::model_names()) {
    FitOptions options = fit_options(model);
    const Options all = fit::options(options);
    const bool has = model != "moe-sim-vae" && model != "infogan";
    EXPECT_EQ(std::ranges::count(all, "precision", &Option::name), has ? 1 : 0) << model;
  }
}

TEST(ExecutionOptions, AreWhatTheyAreCalled) {
  EXPECT_TRUE(execution_of({}).fused);
  EXPECT_FALSE(execution_of({.kernels = Kernels::plain}).fused);
}

}  // namespace execution_options_test
}  // namespace mixvae::fit
