#include "models/cpl_mixvae.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "nn/random.hpp"

namespace mixvae::models {
namespace {

CplMixVaeOptions small_options() {
  CplMixVaeOptions options = published_options();
  options.hidden = 6;
  options.hidden_layers = 2;
  options.latent = 4;
  options.tau = 0.1;
  return options;
}

Batch small_batch(std::int64_t cells, std::int64_t features, std::uint64_t step = 3) {
  Batch batch;
  batch.x = nn::normal({cells, features}, {21, Purpose::test, 0}, torch::kFloat64).abs();
  batch.step = step;
  return batch;
}

double loss_of(CplMixVae& model, const Batch& batch) {
  return model.training_loss(batch).front().second.item<double>();
}

/// Largest deviation of autograd from central differences over every parameter, relative to the
/// gradient's size. Running statistics move with each call but do not enter the training loss.
double gradient_error(CplMixVae& model, const Batch& batch) {
  model.to_double();
  model.training_loss(batch).front().second.backward();
  double worst = 0;
  for (const NamedTensor& parameter : model.parameters()) {
    const torch::Tensor gradient = parameter.tensor.grad().clone().flatten();
    const torch::Tensor values = parameter.tensor.detach().flatten();
    for (std::int64_t i = 0; i < values.numel(); i += 1 + values.numel() / 7) {
      const torch::NoGradGuard no_grad;
      const double step = 1e-6;
      const double old = values[i].item<double>();
      values[i] = old + step;
      const double above = loss_of(model, batch);
      values[i] = old - step;
      const double below = loss_of(model, batch);
      values[i] = old;
      const double scale = 1e-3 * (1.0 + std::abs(above)) + gradient.abs().max().item<double>();
      worst = std::max(worst,
                       std::abs((above - below) / (2 * step) - gradient[i].item<double>()) / scale);
    }
  }
  return worst;
}

TEST(CplMixVae, OneArmHasTheGradientOfFiniteDifferences) {
  CplMixVaeOptions options = small_options();
  options.arms = 1;
  CplMixVae model(7, 3, options, 5);
  EXPECT_LT(gradient_error(model, small_batch(9, 7)), 1e-5);
}

TEST(CplMixVae, UncoupledArmsHaveTheGradientOfFiniteDifferences) {
  CplMixVaeOptions options = small_options();
  options.arms = 2;
  options.coupling = 0;
  options.state_dropout = 0.2;
  options.output = "linear";
  CplMixVae model(7, 3, options, 5);
  EXPECT_LT(gradient_error(model, small_batch(9, 7)), 1e-5);
}

TEST(CplMixVae, CoupledArmsHaveTheGradientOfFiniteDifferences) {
  for (const std::string head : {"double", "single"}) {
    for (const std::string distance : {"d-sigma", "aitchison", "euclidean", "agreement"}) {
      CplMixVaeOptions options = small_options();
      options.arms = 3;
      options.head = head;
      options.tau = 0.5;
      options.distance = distance;
      options.balance = 0.3;
      CplMixVae model(7, 3, options, 5);
      EXPECT_LT(gradient_error(model, small_batch(9, 7)), 1e-5) << head << " " << distance;
    }
  }
}

TEST(CplMixVae, StartingTypesReplaceTheCoupling) {
  CplMixVae model(7, 3, small_options(), 5);
  Batch batch = small_batch(9, 7);
  batch.start = torch::tensor({{0, 1, 2, 0, 1, 2, -1, 0, 1}}, torch::kInt64);
  EXPECT_LT(gradient_error(model, batch), 1e-5);
  const LossTerms terms = model.training_loss(batch);
  EXPECT_EQ(terms.back().first, "start");
  EXPECT_EQ(terms.size(), 4U);
}

TEST(CplMixVae, LossIsTheSumOfItsTermsWithTheirWeights) {
  CplMixVaeOptions options = small_options();
  options.arms = 3;
  options.beta = 0.7;
  options.coupling = 0.5;
  options.balance = 0.2;
  CplMixVae model(7, 3, options, 5);
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
  CplMixVae model(7, 3, small_options(), 5);
  model.to_double();
  const double first = loss_of(model, small_batch(9, 7, 3));
  EXPECT_EQ(first, loss_of(model, small_batch(9, 7, 3)));
  EXPECT_NE(first, loss_of(model, small_batch(9, 7, 4)));
}

TEST(CplMixVae, InferenceIsDeterministicAndShaped) {
  CplMixVae model(7, 3, small_options(), 5);
  model.to_double();
  const Posterior posterior = model.infer(small_batch(9, 7));
  EXPECT_EQ(posterior.type_probs.sizes(), (std::vector<std::int64_t>{2, 9, 3}));
  EXPECT_EQ(posterior.state.sizes(), (std::vector<std::int64_t>{2, 9, 2}));
  EXPECT_EQ(posterior.latent.sizes(), (std::vector<std::int64_t>{2, 9, 4}));
  EXPECT_EQ(posterior.reconstruction_error.sizes(), (std::vector<std::int64_t>{2, 9}));
  EXPECT_TRUE(torch::equal(posterior.type_probs, model.infer(small_batch(9, 7, 8)).type_probs));
}

TEST(CplMixVae, APrunedTypeIsNeverUsedAgain) {
  CplMixVae model(7, 4, small_options(), 5);
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
    options.states = states;
    options.state_given_type = states != 1;
    CplMixVae model(1, 1, options, 5);
    model.to_double();
    EXPECT_TRUE(std::isfinite(loss_of(model, small_batch(2, 1))));
    EXPECT_TRUE(
        std::isfinite(model.validation_loss(small_batch(2, 1)).front().second.item<double>()));
  }
}

TEST(CplMixVae, SharedWeightsAreStoredOnce) {
  CplMixVaeOptions options = small_options();
  options.arms = 4;
  options.shared_weights = true;
  CplMixVae model(7, 3, options, 5);
  for (const NamedTensor& parameter : model.parameters()) {
    EXPECT_EQ(parameter.tensor.size(0), 1) << parameter.name;
  }
}

TEST(CplMixVae, RefusesNoTypesAndNoFeatures) {
  EXPECT_THROW(CplMixVae(0, 3, {}, 1), UsageError);
  EXPECT_THROW(CplMixVae(3, 0, {}, 1), UsageError);
}

// The authors' network for 5,000 genes and 115 types has 1,070,759 parameters per arm
// (reference-notes 1.1).
TEST(CplMixVae, HasTheParameterCountOfTheReference) {
  CplMixVae model(5000, 115, published_options(), 1);
  std::int64_t count = 0;
  for (const NamedTensor& parameter : model.parameters()) count += parameter.tensor.numel();
  EXPECT_EQ(count, 2 * 1070759);
}

}  // namespace
}  // namespace mixvae::models
