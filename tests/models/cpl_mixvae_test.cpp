#include "models/cpl_mixvae.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "models/same_training.hpp"
#include "nn/kernels/bf16_product.hpp"
#include "nn/random.hpp"
#include "support/sparse_examples.hpp"

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

/// Largest deviation of autograd from central differences over every parameter whose name begins
/// so, relative to the gradient's size. Running statistics move with each call but do not enter the
/// training loss.
double gradient_error(CplMixVae& model, const Batch& batch, const std::string& prefix = "") {
  model.to_double();
  for (const NamedTensor& parameter : model.parameters()) {
    parameter.tensor.mutable_grad() = torch::Tensor();
  }
  model.training_loss(batch).front().second.backward();
  double worst = 0;
  for (const NamedTensor& parameter : model.parameters()) {
    if (!parameter.name.starts_with(prefix)) {
      continue;
    }
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

TEST(CplMixVae, StatesAloneHaveTheGradientOfFiniteDifferences) {
  for (const std::string encoder : {"own", "shared"}) {
    CplMixVaeOptions options = small_options();
    options.arms = 2;
    options.state_encoder = encoder;
    CplMixVae model(7, 3, options, 5);
    model.learn_states_only(true);
    Batch batch = small_batch(9, 7);
    batch.state_start = nn::normal({1, 9, 2}, {22, Purpose::test, 0}, torch::kFloat64);
    EXPECT_LT(gradient_error(model, batch, "state"), 1e-5);
    EXPECT_LT(gradient_error(model, batch, "decoder"), 1e-5);
  }
}

TEST(CplMixVae, LearningStatesLeavesTypesAsTheyAre) {
  CplMixVaeOptions options = small_options();
  options.state_encoder = "own";
  CplMixVae model(7, 3, options, 5);
  model.to_double();
  model.training_loss(small_batch(9, 7, 2));
  const torch::Tensor statistics = model.buffers().front().tensor.clone();
  model.learn_states_only(true);
  model.training_loss(small_batch(9, 7)).front().second.backward();
  for (const NamedTensor& parameter : model.parameters()) {
    const bool of_types =
        parameter.name.starts_with("encoder") || parameter.name.starts_with("type_head");
    EXPECT_EQ(parameter.tensor.grad().defined(), !of_types) << parameter.name;
  }
  EXPECT_TRUE(torch::equal(model.buffers().front().tensor, statistics));
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

/// A batch of sparse rows, with copies for each arm where asked, and the same as dense tensors.
struct TwoForms {
  std::vector<CsrMatrix> matrices;
  Batch sparse;
  Batch dense;

  TwoForms(std::int64_t cells, std::int64_t features, std::int64_t copies) {
    for (std::int64_t i = 0; i <= copies; ++i) {
      matrices.push_back(
          support::sparse_example(cells, features, 0.3, static_cast<std::uint64_t>(i)));
    }
    sparse.sparse_x = nn::sparse_rows(matrices[0]);
    dense.x = sparse.sparse_x.to_dense();
    std::vector<torch::Tensor> inputs;
    for (std::size_t i = 1; i < matrices.size(); ++i) {
      sparse.sparse_inputs.push_back(nn::sparse_rows(matrices[i]));
      inputs.push_back(sparse.sparse_inputs.back().to_dense());
    }
    if (copies > 0) {
      dense.inputs = torch::stack(inputs);
    }
    sparse.step = dense.step = 5;
  }
};

void expect_same_training(CplMixVaeOptions options, const Batch& fused_batch,
                          const Batch& plain_batch, std::int64_t features) {
  options.kernels = "fused";
  CplMixVae fused(features, 3, options, 5);
  options.kernels = "plain";
  CplMixVae plain(features, 3, options, 5);
  expect_same_training(fused, plain, fused_batch, plain_batch,
                       [](const std::string&) { return false; });
}

// Coupling and sharp types are left out here: they drown what the encoder gets from the decoder.
TEST(CplMixVae, FusedKernelsAgreeWithTensorOperations) {
  for (const std::int64_t arms : {1, 2, 5}) {
    for (const std::string output : {"relu", "linear"}) {
      CplMixVaeOptions options = small_options();
      options.arms = arms;
      options.output = output;
      options.coupling = 0;
      options.tau = 0.5;
      for (const std::int64_t copies : {std::int64_t{0}, arms}) {
        SCOPED_TRACE(std::to_string(arms) + " arms, " + output + ", copies " +
                     std::to_string(copies));
        TwoForms forms(33, 300, copies);
        expect_same_training(options, forms.sparse, forms.dense, 300);
        expect_same_training(options, forms.dense, forms.dense, 300);
        forms.sparse.sparse_target = {forms.sparse.sparse_x};
        forms.dense.target = forms.dense.x.unsqueeze(0);
        expect_same_training(options, forms.sparse, forms.dense, 300);
      }
    }
  }
}

TEST(CplMixVae, FusedKernelsAgreeForBernoulliFeatures) {
  CplMixVaeOptions options = small_options();
  options.output = "linear";
  options.likelihood = "bernoulli";
  options.coupling = 0;
  options.tau = 0.5;
  TwoForms forms(33, 300, 0);
  for (CsrMatrix& matrix : forms.matrices) {
    for (float& value : matrix.values) {
      value /= 2;  // into [0, 1]
    }
  }
  forms.dense.x = forms.sparse.sparse_x.to_dense();
  expect_same_training(options, forms.sparse, forms.dense, 300);
  expect_same_training(options, forms.dense, forms.dense, 300);
}

TEST(CplMixVae, FusedKernelsAgreeForCoupledArmsAndSharedWeights) {
  CplMixVaeOptions options = small_options();
  options.tau = 0.5;
  const TwoForms forms(33, 300, 0);
  expect_same_training(options, forms.sparse, forms.dense, 300);
  options.shared_weights = true;
  expect_same_training(options, forms.sparse, forms.dense, 300);
}

TEST(CplMixVae, FusedKernelsAgreeForExpertsAndSimilarity) {
  for (const std::string likelihood : {"mse", "bernoulli"}) {
    CplMixVaeOptions options = small_options();
    options.decoder = "experts";
    options.likelihood = likelihood;
    options.output = "linear";
    options.coupling = 0;
    options.tau = 0.5;
    for (const std::int64_t copies : {0, 2}) {
      TwoForms forms(33, 300, copies);
      forms.dense.x = forms.dense.x / 2;  // into [0, 1]
      forms.dense.inputs = copies > 0 ? forms.dense.inputs / 2 : forms.dense.inputs;
      const torch::Tensor u = nn::uniform({33, 33}, {21, Purpose::test, 1}, {});
      forms.dense.similarity = (u + u.t()).gt(1.2).to(torch::kFloat32);
      expect_same_training(options, forms.dense, forms.dense, 300);
    }
  }
}

TEST(CplMixVae, SparseRowsAreForFusedKernelsInSinglePrecision) {
  CplMixVaeOptions options = small_options();
  EXPECT_TRUE(CplMixVae(7, 3, options, 5).reads_sparse_rows());
  CplMixVae exact(7, 3, options, 5);
  exact.to_double();
  EXPECT_FALSE(exact.reads_sparse_rows());
  options.kernels = "plain";
  EXPECT_FALSE(CplMixVae(7, 3, options, 5).reads_sparse_rows());
}

std::string refusal(const CplMixVaeOptions& options) {
  try {
    CplMixVae(3, 2, options, 1);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(CplMixVae, RefusesNoTypesAndNoFeatures) {
  EXPECT_THROW(CplMixVae(0, 3, {}, 1), UsageError);
  EXPECT_THROW(CplMixVae(3, 0, {}, 1), UsageError);
}

TEST(CplMixVae, RefusesCutOffLogits) {
  CplMixVaeOptions options;
  options.likelihood = "bernoulli";
  options.output = "relu";
  EXPECT_NE(refusal(options).find("which relu would cut off"), std::string::npos);
  options.output = "linear";
  EXPECT_EQ(refusal(options), "");
}

TEST(CplMixVae, RefusesNumbersOf16BitsWithoutAWideOutput) {
  if (!nn::kernels::has_bf16_product()) {
    GTEST_SKIP() << "no products of 16-bit numbers here";
  }
  CplMixVaeOptions options;
  options.precision = "bf16";
  EXPECT_NO_THROW(CplMixVae(256, 2, options, 1));
  EXPECT_THROW(CplMixVae(255, 2, options, 1), UsageError);
  options.kernels = "plain";
  EXPECT_THROW(CplMixVae(256, 2, options, 1), UsageError);
  options = {};
  options.precision = "bf16";
  options.likelihood = "bernoulli";
  EXPECT_NO_THROW(CplMixVae(256, 2, options, 1));
  options = {};
  options.precision = "bf16";
  options.decoder = "experts";
  EXPECT_THROW(CplMixVae(256, 2, options, 1), UsageError);
}

TEST(CplMixVae, NumbersOf16BitsAreForTrainingOnTheCpu) {
  if (!nn::kernels::has_bf16_product()) {
    GTEST_SKIP() << "no products of 16-bit numbers here";
  }
  CplMixVaeOptions options = small_options();
  CplMixVae single(300, 3, options, 5);
  options.precision = "bf16";
  CplMixVae half(300, 3, options, 5);
  const TwoForms forms(33, 300, 0);
  const auto reconstruction = [](const LossTerms& terms) { return terms[1].second.item<double>(); };
  const double expected = reconstruction(single.training_loss(forms.sparse));
  const double found = reconstruction(half.training_loss(forms.sparse));
  EXPECT_NE(found, expected);
  EXPECT_NEAR(found, expected, 1e-3 * expected);
  EXPECT_EQ(reconstruction(half.validation_loss(forms.sparse)),
            reconstruction(single.validation_loss(forms.sparse)));
  EXPECT_THROW(half.to(torch::Device("meta")), UsageError);
}

TEST(CplMixVae, RefusesOptionsItDoesNotUse) {
  CplMixVaeOptions options;
  options.depict_weight += 1;
  EXPECT_NE(refusal(options).find("cpl-mixVAE does not use this option"), std::string::npos);
}

TEST(CplMixVae, ExpertsHaveLinearOutputsAndOwnWeights) {
  CplMixVaeOptions options;
  options.decoder = "experts";
  options.output = "relu";
  const std::string message = "expert decoders have linear outputs and weights of their own";
  EXPECT_NE(refusal(options).find(message), std::string::npos);
  options.output = "linear";
  EXPECT_EQ(refusal(options), "");
  options.shared_weights = true;
  EXPECT_NE(refusal(options).find(message), std::string::npos);
}

// The authors' network for 5,000 genes and 115 types has 1,070,759 parameters per arm
// (docs/equations.md, encoder).
TEST(CplMixVae, HasTheParameterCountOfTheReference) {
  CplMixVae model(5000, 115, published_options(), 1);
  std::int64_t count = 0;
  for (const NamedTensor& parameter : model.parameters()) count += parameter.tensor.numel();
  EXPECT_EQ(count, 2 * 1070759);
}

}  // namespace
}  // namespace mixvae::models
