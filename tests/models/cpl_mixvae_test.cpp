#include "models/cpl_mixvae.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "models/gradient_error.hpp"
#include "models/same_training.hpp"
#include "models/two_forms.hpp"
#include "nn/kernels/bf16_product.hpp"
#include "nn/random.hpp"
#include "support/preset_options.hpp"

namespace mixvae::models {
namespace cpl_mixvae_test {

CplMixVaeOptions published_options() {
  return support::preset_options<CplMixVaeOptions>("cpl-mixvae", "published");
}

CplMixVaeOptions small_options() {
  CplMixVaeOptions options = published_options();
  options.encoder.hidden = 6;
  options.encoder.hidden_layers = 2;
  options.encoder.latent = 4;
  options.type_head.tau = 0.1;
  return options;
}

Batch small_batch(std::int64_t cells, std::int64_t features, std::uint64_t step = 3) {
  Batch batch;
  batch.only().x = nn::normal({cells, features}, {21, Purpose::test, 0}, torch::kFloat64).abs();
  batch.step = step;
  return batch;
}

double loss_of(CplMixVae& model, const Batch& batch) {
  return model.training_loss(batch).front().second.item<double>();
}

TEST(CplMixVae, OneArmHasTheGradientOfFiniteDifferences) {
  CplMixVaeOptions options = small_options();
  options.arms.arms = 1;
  CplMixVae model({7, 3}, options, 5);
  EXPECT_LT(gradient_error(model, small_batch(9, 7)), 1e-5);
}

TEST(CplMixVae, UncoupledArmsHaveTheGradientOfFiniteDifferences) {
  CplMixVaeOptions options = small_options();
  options.arms.arms = 2;
  options.coupling.coupling = 0;
  options.state_head.state_dropout = 0.2;
  options.output.output = OutputActivation::linear;
  CplMixVae model({7, 3}, options, 5);
  EXPECT_LT(gradient_error(model, small_batch(9, 7)), 1e-5);
}

TEST(CplMixVae, StatesAloneHaveTheGradientOfFiniteDifferences) {
  for (const StateEncoder encoder : {StateEncoder::own, StateEncoder::shared}) {
    CplMixVaeOptions options = small_options();
    options.arms.arms = 2;
    options.state_head.state_encoder = encoder;
    CplMixVae model({7, 3}, options, 5);
    model.learn(Objective::states);
    Batch batch = small_batch(9, 7);
    batch.state_start = nn::normal({1, 9, 2}, {22, Purpose::test, 0}, torch::kFloat64);
    EXPECT_LT(gradient_error(model, batch, "state"), 1e-5);
    EXPECT_LT(gradient_error(model, batch, "decoder"), 1e-5);
  }
}

TEST(CplMixVae, LearningStatesLeavesTypesAsTheyAre) {
  CplMixVaeOptions options = small_options();
  options.state_head.state_encoder = StateEncoder::own;
  CplMixVae model({7, 3}, options, 5);
  model.to_double();
  model.training_loss(small_batch(9, 7, 2));
  const torch::Tensor statistics = model.buffers().front().tensor.clone();
  model.learn(Objective::states);
  model.training_loss(small_batch(9, 7)).front().second.backward();
  for (const NamedTensor& parameter : model.parameters()) {
    const bool of_types =
        parameter.name.starts_with("encoder") || parameter.name.starts_with("type_head");
    EXPECT_EQ(parameter.tensor.grad().defined(), !of_types) << parameter.name;
  }
  EXPECT_TRUE(torch::equal(model.buffers().front().tensor, statistics));
}

TEST(CplMixVae, CoupledArmsHaveTheGradientOfFiniteDifferences) {
  for (const nn::TypeHead head : {nn::TypeHead::twice, nn::TypeHead::once}) {
    for (const auto distance :
         {objectives::TypeDistance::d_sigma, objectives::TypeDistance::aitchison,
          objectives::TypeDistance::euclidean, objectives::TypeDistance::agreement}) {
      CplMixVaeOptions options = small_options();
      options.arms.arms = 3;
      options.type_posterior.head = head;
      options.type_head.tau = 0.5;
      options.coupling.distance = distance;
      options.coupling.balance = 0.3;
      CplMixVae model({7, 3}, options, 5);
      EXPECT_LT(gradient_error(model, small_batch(9, 7)), 1e-5)
          << static_cast<int>(head) << " " << static_cast<int>(distance);
    }
  }
}

TEST(CplMixVae, CoupledSamplesAndPriorsOfTypesHaveTheGradientOfFiniteDifferences) {
  for (const auto distance :
       {objectives::TypeDistance::d_sigma, objectives::TypeDistance::agreement}) {
    CplMixVaeOptions options = small_options();
    options.arms.arms = 3;
    options.type_head.tau = 0.5;
    options.coupling.distance = distance;
    options.arm_coupling.compared = Compared::sample;
    options.state_prior.state_prior = StatePriorKind::type;
    CplMixVae model({7, 3}, options, 5);
    EXPECT_LT(gradient_error(model, small_batch(9, 7)), 1e-5) << static_cast<int>(distance);
  }
}

TEST(CplMixVae, StartingTypesReplaceTheCoupling) {
  CplMixVae model({7, 3}, small_options(), 5);
  Batch batch = small_batch(9, 7);
  batch.start = torch::tensor({{0, 1, 2, 0, 1, 2, -1, 0, 1}}, torch::kInt64);
  EXPECT_LT(gradient_error(model, batch), 1e-5);
  const LossTerms terms = model.training_loss(batch);
  EXPECT_EQ(terms.back().first, "start");
  EXPECT_EQ(terms.size(), 4U);
}

TEST(CplMixVae, LossIsTheSumOfItsTermsWithTheirWeights) {
  CplMixVaeOptions options = small_options();
  options.arms.arms = 3;
  options.autoencoder.beta = 0.7;
  options.coupling.coupling = 0.5;
  options.coupling.balance = 0.2;
  CplMixVae model({7, 3}, options, 5);
  model.to_double();
  const LossTerms terms = model.training_loss(small_batch(9, 7));
  const std::vector<std::string> names{"loss",     "reconstruction", "kl_state", "negative_entropy",
                                       "distance", "balance"};
  ASSERT_EQ(terms.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(terms[i].first, names[i]);
  const auto value = [&](std::size_t i) { return terms[i].second.item<double>(); };
  EXPECT_NEAR(value(0), value(1) + 0.7 * value(2) + value(3) + 0.5 / 2 * value(4) + 0.2 * value(5),
              1e-9 * std::abs(value(0)));
}

TEST(CplMixVae, TheSameStepGivesTheSameLossAndAnotherStepAnother) {
  CplMixVae model({7, 3}, small_options(), 5);
  model.to_double();
  const double first = loss_of(model, small_batch(9, 7, 3));
  EXPECT_EQ(first, loss_of(model, small_batch(9, 7, 3)));
  EXPECT_NE(first, loss_of(model, small_batch(9, 7, 4)));
}

TEST(CplMixVae, InferenceIsDeterministicAndShaped) {
  CplMixVae model({7, 3}, small_options(), 5);
  model.to_double();
  const Posterior posterior = model.infer(small_batch(9, 7));
  EXPECT_EQ(posterior.type_probs.sizes(), (std::vector<std::int64_t>{2, 9, 3}));
  EXPECT_EQ(posterior.state.sizes(), (std::vector<std::int64_t>{2, 9, 2}));
  EXPECT_EQ(posterior.latent.sizes(), (std::vector<std::int64_t>{2, 9, 4}));
  EXPECT_EQ(posterior.reconstruction_error.sizes(), (std::vector<std::int64_t>{2, 9}));
  EXPECT_TRUE(torch::equal(posterior.type_probs, model.infer(small_batch(9, 7, 8)).type_probs));
}

TEST(CplMixVae, APrunedTypeIsNeverUsedAgain) {
  CplMixVae model({7, 4}, small_options(), 5);
  model.to_double();
  model.prune_type(2);
  EXPECT_FALSE(model.kept_types()[2].item<bool>());
  const Posterior posterior = model.infer(small_batch(9, 7));
  EXPECT_EQ(posterior.type_probs.select(-1, 2).abs().max().item<double>(), 0.0);
  const LossTerms terms = model.training_loss(small_batch(9, 7));
  terms.front().second.backward();
  for (const NamedTensor& parameter : model.parameters()) {
    EXPECT_TRUE(parameter.tensor.grad().isfinite().all().item<bool>()) << parameter.name;
    if (parameter.name == "type_head.weight") {
      EXPECT_EQ(parameter.tensor.grad().select(2, 2).abs().max().item<double>(), 0.0);
    }
  }
}

TEST(CplMixVae, AwkwardSizesWork) {
  for (const std::int64_t states : {0, 1, 3}) {
    CplMixVaeOptions options = small_options();
    options.states.states = states;
    options.state_head.state_given_type = states != 1;
    CplMixVae model({1, 1}, options, 5);
    model.to_double();
    EXPECT_TRUE(std::isfinite(loss_of(model, small_batch(2, 1))));
    EXPECT_TRUE(
        std::isfinite(model.validation_loss(small_batch(2, 1)).front().second.item<double>()));
  }
}

TEST(CplMixVae, SharedWeightsAreStoredOnce) {
  CplMixVaeOptions options = small_options();
  options.arms.arms = 4;
  options.arms.shared_weights = true;
  CplMixVae model({7, 3}, options, 5);
  for (const NamedTensor& parameter : model.parameters()) {
    EXPECT_EQ(parameter.tensor.size(0), 1) << parameter.name;
  }
}

void expect_same_training(const CplMixVaeOptions& options, const Batch& fused_batch,
                          const Batch& plain_batch, std::int64_t features) {
  CplMixVae fused({features, 3}, options, 5);
  CplMixVae plain({features, 3}, options, 5);
  expect_same_training(fused, plain, fused_batch, plain_batch,
                       [](const std::string&) { return false; });
}

// Coupling and sharp types are left out here: they drown what the encoder gets from the decoder.
TEST(CplMixVae, FusedKernelsAgreeWithTensorOperations) {
  for (const std::int64_t arms : {1, 2, 5}) {
    for (const auto output : {OutputActivation::relu, OutputActivation::linear}) {
      CplMixVaeOptions options = small_options();
      options.arms.arms = arms;
      options.output.output = output;
      options.coupling.coupling = 0;
      options.type_head.tau = 0.5;
      for (const std::int64_t copies : {std::int64_t{0}, arms}) {
        SCOPED_TRACE(testing::Message() << arms << " arms, output " << static_cast<int>(output)
                                        << ", copies " << copies);
        TwoForms forms(33, 300, copies);
        expect_same_training(options, forms.sparse, forms.dense, 300);
        expect_same_training(options, forms.dense, forms.dense, 300);
        forms.reconstruct_cells();
        expect_same_training(options, forms.sparse, forms.dense, 300);
      }
    }
  }
}

TEST(CplMixVae, FusedKernelsAgreeForBernoulliFeatures) {
  CplMixVaeOptions options = small_options();
  options.output.output = OutputActivation::linear;
  options.likelihood.likelihood = LikelihoodKind::bernoulli;
  options.coupling.coupling = 0;
  options.type_head.tau = 0.5;
  const TwoForms forms(33, 300, 0, 1);
  expect_same_training(options, forms.sparse, forms.dense, 300);
  expect_same_training(options, forms.dense, forms.dense, 300);
}

TEST(CplMixVae, FusedKernelsAgreeForCoupledArmsAndSharedWeights) {
  CplMixVaeOptions options = small_options();
  options.type_head.tau = 0.5;
  const TwoForms forms(33, 300, 0);
  expect_same_training(options, forms.sparse, forms.dense, 300);
  options.arms.shared_weights = true;
  expect_same_training(options, forms.sparse, forms.dense, 300);
}

TEST(CplMixVae, FusedKernelsAgreeForExpertsAndSimilarity) {
  for (const auto likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
    CplMixVaeOptions options = small_options();
    options.decoder.decoder = DecoderKind::experts;
    options.likelihood.likelihood = likelihood;
    options.output.output = OutputActivation::linear;
    options.coupling.coupling = 0;
    options.type_head.tau = 0.5;
    for (const std::int64_t copies : {0, 2}) {
      TwoForms forms(33, 300, copies, 1);
      const torch::Tensor u = nn::uniform({33, 33}, {21, Purpose::test, 1}, {});
      forms.dense.similarity = (u + u.t()).gt(1.2).to(torch::kFloat32);
      expect_same_training(options, forms.dense, forms.dense, 300);
    }
  }
}

TEST(CplMixVae, SparseRowsAreForFusedKernelsInSinglePrecision) {
  CplMixVaeOptions options = small_options();
  EXPECT_TRUE(CplMixVae({7, 3}, options, 5).reads_sparse_rows({}));
  EXPECT_FALSE(CplMixVae({7, 3}, options, 5).reads_sparse_rows({.fused = false}));
  CplMixVae exact({7, 3}, options, 5);
  exact.to_double();
  EXPECT_FALSE(exact.reads_sparse_rows({}));
  options.output.output = OutputActivation::linear;
  options.decoder.decoder = DecoderKind::experts;
  EXPECT_FALSE(CplMixVae({7, 3}, options, 5).reads_sparse_rows({}));
}

std::string refusal(const CplMixVaeOptions& options) {
  try {
    CplMixVae({3, 2}, options, 1);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(CplMixVae, RefusesCutOffLogits) {
  CplMixVaeOptions options;
  options.likelihood.likelihood = LikelihoodKind::bernoulli;
  options.output.output = OutputActivation::relu;
  EXPECT_NE(refusal(options).find("which relu would cut off"), std::string::npos);
  options.output.output = OutputActivation::linear;
  EXPECT_EQ(refusal(options), "");
}

TEST(CplMixVae, NumbersOf16BitsAreForWideOutputs) {
  CplMixVaeOptions options;
  EXPECT_EQ(CplMixVae({256, 2}, options, 1).wide_outputs(), 256);
  EXPECT_EQ(CplMixVae({255, 2}, options, 1).wide_outputs(), 0);
  options.likelihood.likelihood = LikelihoodKind::bernoulli;
  EXPECT_EQ(CplMixVae({256, 2}, options, 1).wide_outputs(), 256);
  options.decoder.decoder = DecoderKind::experts;
  EXPECT_EQ(CplMixVae({256, 2}, options, 1).wide_outputs(), 0);
}

TEST(CplMixVae, NumbersOf16BitsAreForTraining) {
  if (!nn::kernels::has_bf16_product()) {
    GTEST_SKIP() << "no products of 16-bit numbers here";
  }
  CplMixVae model({300, 3}, small_options(), 5);
  const TwoForms forms(33, 300, 0);
  Batch half = forms.sparse;
  half.execution.precision = nn::kernels::Precision::bf16;
  const auto reconstruction = [](const LossTerms& terms) { return terms[1].second.item<double>(); };
  const double expected = reconstruction(model.training_loss(forms.sparse));
  const double found = reconstruction(model.training_loss(half));
  EXPECT_NE(found, expected);
  EXPECT_NEAR(found, expected, 1e-3 * expected);
  EXPECT_EQ(reconstruction(model.validation_loss(half)),
            reconstruction(model.validation_loss(forms.sparse)));
}

CplMixVaeOptions image_options() {
  CplMixVaeOptions options = small_options();
  options.network = {.network = NetworkKind::convolutional,
                     .channels = {"3", "2"},
                     .decoder_channels = {"3", "2"}};
  options.likelihood.likelihood = LikelihoodKind::bernoulli;
  options.output.output = OutputActivation::linear;
  return options;
}

TEST(CplMixVae, OfImagesHasTheGradientOfFiniteDifferences) {
  for (const bool shared : {false, true}) {
    CplMixVaeOptions options = image_options();
    options.arms.shared_weights = shared;
    options.state_head.state_encoder = shared ? StateEncoder::shared : StateEncoder::own;
    CplMixVae model({36, 3}, options, 8);
    Batch batch = small_batch(9, 36);
    batch.only().x = batch.only().x.clamp(0, 1);
    EXPECT_LT(gradient_error(model, batch), 1e-5) << shared;
  }
}

TEST(CplMixVae, OfImagesCountsTheWorkOfItsConvolutions) {
  CplMixVaeOptions options = image_options();
  options.state_head.state_encoder = StateEncoder::own;
  CplMixVae model({36, 3}, options, 5);
  double parameters = 0;
  for (const NamedTensor& each : model.parameters()) {
    parameters += static_cast<double>(each.tensor.numel());
  }
  // Two arms, each with two encoders: 8 x 8 -> 4 x 4 of 3 -> 2 x 2 of 2, and a decoder.
  EXPECT_EQ(model.products_per_cell() - parameters,
            2 * (2 * 16 * (3 * 15 + 6 * 3) + 16 * (6 * 3 + 2 * 15)));
  EXPECT_EQ(model.values_per_cell(), 2 * (2 * (64 + 48 + 8) + 32 + 64));
  EXPECT_FALSE(model.reads_sparse_rows({}));
}

TEST(CplMixVae, ExpertsAreOfDenseLayers) {
  CplMixVaeOptions options = image_options();
  options.decoder.decoder = DecoderKind::experts;
  EXPECT_NE(refusal(options).find("expert decoders are of dense layers"), std::string::npos);
}

TEST(CplMixVae, ExpertsHaveLinearOutputsAndOwnWeights) {
  CplMixVaeOptions options;
  options.decoder.decoder = DecoderKind::experts;
  options.output.output = OutputActivation::relu;
  EXPECT_NE(refusal(options).find("expert decoders have linear outputs"), std::string::npos);
  options.output.output = OutputActivation::linear;
  EXPECT_EQ(refusal(options), "");
  options.arms.shared_weights = true;
  EXPECT_NE(refusal(options).find("expert decoders have weights of their own in every arm"),
            std::string::npos);
}

// The authors' network for 5,000 genes and 115 types has 1,070,759 parameters per arm
// (docs/equations.md, encoder).
TEST(CplMixVae, HasTheParameterCountOfTheReference) {
  CplMixVae model({5000, 115}, published_options(), 1);
  std::int64_t count = 0;
  for (const NamedTensor& parameter : model.parameters()) count += parameter.tensor.numel();
  EXPECT_EQ(count, 2 * 1070759);
}

}  // namespace cpl_mixvae_test
}  // namespace mixvae::models
