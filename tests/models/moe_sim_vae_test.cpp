#include "models/moe_sim_vae.hpp"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "models/cpl_mixvae.hpp"
#include "models/make_model.hpp"
#include "models/same_training.hpp"
#include "nn/random.hpp"

namespace mixvae::models {
namespace {

CplMixVaeOptions small_options() {
  CplMixVaeOptions options = moe_sim_vae_options();
  options.hidden = 6;
  options.latent = 3;
  options.gating_hidden = 5;
  options.decoder_hidden = 4;
  return options;
}

Batch small_batch(std::int64_t cells, std::int64_t features) {
  Batch batch;
  batch.x = nn::uniform({cells, features}, {21, Purpose::test, 0}, torch::kFloat64);
  const torch::Tensor u = nn::uniform({cells, cells}, {21, Purpose::test, 1}, torch::kFloat64);
  batch.similarity = (u + u.t()).gt(1.2).to(torch::kFloat64);
  batch.step = 3;
  return batch;
}

/// Largest deviation of autograd from central differences over every parameter, relative to the
/// gradient's size. `constant` makes the objective a plain function: centres must not move between
/// evaluations.
double gradient_error(const CplMixVaeOptions& options, const Batch& batch) {
  MoeSimVae model(batch.x.size(1), 3, options, 5);
  model.to_double();
  const auto loss = [&] { return model.training_loss(batch).front().second; };
  loss().backward();
  double worst = 0;
  for (const NamedTensor& parameter : model.parameters()) {
    const torch::Tensor gradient = parameter.tensor.grad().defined()
                                       ? parameter.tensor.grad().clone().flatten()
                                       : torch::zeros_like(parameter.tensor).flatten();
    const torch::Tensor values = parameter.tensor.detach().flatten();
    for (std::int64_t i = 0; i < values.numel(); i += 1 + values.numel() / 7) {
      const torch::NoGradGuard no_grad;
      const double old = values[i].item<double>();
      values[i] = old + 1e-6;
      const double above = loss().item<double>();
      values[i] = old - 1e-6;
      const double below = loss().item<double>();
      values[i] = old;
      const double scale = 1e-3 + gradient.abs().max().item<double>();
      worst =
          std::max(worst, std::abs((above - below) / 2e-6 - gradient[i].item<double>()) / scale);
    }
  }
  return worst;
}

void expect_same_training(CplMixVaeOptions options, const Batch& batch) {
  options.kernels = "fused";
  MoeSimVae fused(batch.x.size(1), 3, options, 5);
  options.kernels = "plain";
  MoeSimVae plain(batch.x.size(1), 3, options, 5);
  // A norm takes the bias before it away: its gradient is rounding alone.
  expect_same_training(fused, plain, batch, batch, [&](const std::string& name) {
    return options.encoder_norm == "batch" && name.starts_with("encoder") && name.ends_with("bias");
  });
}

Batch in_single_precision(Batch batch) {
  batch.x = batch.x.to(torch::kFloat32);
  batch.similarity = batch.similarity.to(torch::kFloat32);
  return batch;
}

TEST(MoeSimVae, FusedKernelsAgreeWithTensorOperations) {
  for (const std::string decoder : {"experts", "shared"}) {
    for (const std::string norm : {"batch", "none"}) {
      for (const std::string likelihood : {"mse", "bernoulli"}) {
        SCOPED_TRACE(testing::Message() << decoder << " " << norm << " " << likelihood);
        CplMixVaeOptions options = small_options();
        options.decoder = decoder;
        options.encoder_norm = norm;
        options.likelihood = likelihood;
        Batch batch = in_single_precision(small_batch(150, 33));
        expect_same_training(options, batch);
        batch.inputs = batch.x.flip(1).contiguous();  // the noisy pass reads others
        expect_same_training(options, batch);
      }
    }
  }
}

TEST(MoeSimVae, FusedKernelsAgreeForSoftRoutingAndThePapersTerms) {
  CplMixVaeOptions options = paper_exact_options();
  options.hidden = 6;
  options.latent = 3;
  options.gating_hidden = 5;
  options.decoder_hidden = 4;
  expect_same_training(options, in_single_precision(small_batch(150, 33)));
}

// More weights than kernels take in one layer: that layer is a product of its own, for both passes,
// for the noisy one alone and for the clean one alone.
TEST(MoeSimVae, FusedKernelsAgreeForWideInputs) {
  CplMixVaeOptions options = small_options();
  options.hidden = 70;
  Batch batch = in_single_precision(small_batch(40, 30000));
  expect_same_training(options, batch);
  batch.inputs = batch.x.flip(1).contiguous();
  expect_same_training(options, batch);
  options.depict_weight = 0;
  expect_same_training(options, batch);
}

TEST(MoeSimVae, FusedKernelsAgreeForOtherNetworksAndTerms) {
  const Batch batch = in_single_precision(small_batch(150, 36));
  CplMixVaeOptions options = small_options();
  options.coupling = 0.5;
  options.gating_input = "sample";
  expect_same_training(options, batch);
  options = small_options();
  options.gating_layers = 0;
  options.centre = "learned";
  expect_same_training(options, batch);
  options = reference_options();
  options.hidden = 6;
  options.decoder_hidden = 4;
  expect_same_training(options, batch);
  options = small_options();
  options.encoder = "convolutional";
  options.convolutions = {"4x3/2", "5x3/1"};
  expect_same_training(options, batch);
}

TEST(MoeSimVae, HasTheGradientOfFiniteDifferences) {
  // DEPICT's target is held constant, so its gradient is not that of the whole function.
  for (const std::string decoder : {"experts", "shared"}) {
    for (const std::string routing : {"hard", "soft"}) {
      for (const std::string likelihood : {"mse", "bernoulli"}) {
        CplMixVaeOptions options = small_options();
        options.depict_weight = 0;
        options.decoder = decoder;
        options.routing = routing;
        options.likelihood = likelihood;
        options.centre = "learned";
        options.entropy = 0.1;
        options.balance = 0.2;
        EXPECT_LT(gradient_error(options, small_batch(9, 7)), 1e-5)
            << decoder << " " << routing << " " << likelihood;
      }
    }
  }
}

CplMixVaeOptions convolutional_options() {
  CplMixVaeOptions options = small_options();
  options.encoder = "convolutional";
  options.convolutions = {"3", "pool", "2x3/2"};
  return options;
}

TEST(MoeSimVae, WithConvolutionsHasTheGradientOfFiniteDifferences) {
  CplMixVaeOptions options = convolutional_options();
  options.depict_weight = 0;
  options.coupling = 0.5;
  options.centre = "learned";
  EXPECT_LT(gradient_error(options, small_batch(9, 25)), 1e-5);
  options.image_width = 6;
  EXPECT_LT(gradient_error(options, small_batch(9, 24)), 1e-5);
}

TEST(MoeSimVae, ConvolutionsNeedImages) {
  EXPECT_THROW(MoeSimVae(24, 3, convolutional_options(), 5), InputError);
  CplMixVaeOptions options = convolutional_options();
  options.convolutions = {"pool", "pool", "pool", "3"};
  EXPECT_THROW(MoeSimVae(25, 3, options, 5), UsageError);
}

TEST(MoeSimVae, ProductsPerCellCountConvolutionsAtEveryPlace) {
  const double dense = MoeSimVae(25, 1, small_options(), 5).products_per_cell();
  std::int64_t parameters = 0;
  MoeSimVae plain(25, 1, small_options(), 5);
  for (const NamedTensor& each : plain.parameters()) {
    parameters += each.tensor.numel();
  }
  EXPECT_EQ(dense, static_cast<double>(parameters));
  CplMixVaeOptions wide = convolutional_options();
  wide.convolutions = {"64", "64"};
  EXPECT_GT(MoeSimVae(25, 3, wide, 5).products_per_cell(), 25.0 * 9 * 64 * 64);
}

TEST(MoeSimVae, LossIsTheWeightedSumOfItsTerms) {
  CplMixVaeOptions options = small_options();
  options.entropy = 0.3;
  options.balance = 0.2;
  options.kl_direction = "reverse";
  MoeSimVae model(7, 3, options, 5);
  model.to_double();
  std::map<std::string, double> terms;
  for (const auto& [name, value] : model.training_loss(small_batch(9, 7))) {
    terms[name] = value.item<double>();
  }
  EXPECT_NEAR(terms.at("loss"),
              0.487 * terms.at("reconstruction") + 0.024 * terms.at("kl_code") +
                  0.487 * (terms.at("similarity") + terms.at("depict")) +
                  0.3 * terms.at("negative_entropy") + 0.2 * terms.at("balance"),
              1e-12);
}

std::map<std::string, double> terms_of(const CplMixVaeOptions& options, const Batch& batch,
                                       bool validation = false) {
  MoeSimVae model(7, 3, options, 5);
  model.to_double();
  std::map<std::string, double> terms;
  for (const auto& [name, value] :
       validation ? model.validation_loss(batch) : model.training_loss(batch)) {
    terms[name] = value.item<double>();
  }
  return terms;
}

/// The sizes of small_options() in other options.
CplMixVaeOptions small(CplMixVaeOptions options) {
  const CplMixVaeOptions sizes = small_options();
  options.hidden = sizes.hidden;
  options.latent = sizes.latent;
  options.gating_hidden = sizes.gating_hidden;
  options.decoder_hidden = sizes.decoder_hidden;
  return options;
}

TEST(MoeSimVae, SumsAreMeansTimesTheirSummands) {
  CplMixVaeOptions options = small_options();
  options.balance = 0.1;
  options.entropy = 0.1;
  options.coupling = 0.1;
  Batch batch = small_batch(9, 7);
  batch.known = torch::tensor({0, -1, 1, -1, -1, 2, 2, -1, 0}, torch::kInt64).unsqueeze(0);
  batch.prior = torch::full({9, 3}, 1.0 / 3, torch::kFloat64);
  for (const bool weighted : {false, true}) {
    options.terms = "mean";
    auto means = terms_of(options, batch);
    options.terms = "sum";
    auto sums = terms_of(options, batch);
    const double pairs = weighted ? batch.similarity_weight.sum().item<double>() : 81;
    EXPECT_NEAR(sums["reconstruction"], 9 * 7 * means["reconstruction"], 1e-9);
    EXPECT_NEAR(sums["kl_code"], 3 * means["kl_code"], 1e-9);
    EXPECT_NEAR(sums["similarity"], pairs * means["similarity"], 1e-9);
    EXPECT_NEAR(sums["depict"], 9 * means["depict"], 1e-9);
    EXPECT_NEAR(sums["balance"], 9 * means["balance"], 1e-9);
    EXPECT_NEAR(sums["negative_entropy"], 9 * means["negative_entropy"], 1e-9);
    EXPECT_NEAR(sums["distance"], 9 * means["distance"], 1e-9);
    EXPECT_NEAR(sums["known_types"], 5 * means["known_types"], 1e-9);
    EXPECT_NEAR(sums["prior"], 9 * means["prior"], 1e-9);
    batch.similarity_weight = batch.similarity * 0.5 + 0.1;
  }
}

TEST(MoeSimVae, ASummedStartCountsEveryCell) {
  CplMixVaeOptions options = small_options();
  Batch batch = small_batch(9, 7);
  batch.start = torch::tensor({0, 1, 2, 0, 1, 2, 0, 1, 2}, torch::kInt64).unsqueeze(0);
  const double mean = terms_of(options, batch)["start"];
  options.terms = "sum";
  EXPECT_NEAR(terms_of(options, batch)["start"], 9 * mean, 1e-9);
}

TEST(MoeSimVae, TheValidationsKlCountsTheNoiseOfTraining) {
  // Centres that stand still: the training's KL, averaged over the noise of many steps, is that of
  // codes with the noise's variance on top.
  CplMixVaeOptions options = small_options();
  options.centre = "learned";
  options.kl_direction = "standard";
  options.encoder_norm = "none";
  MoeSimVae model(7, 1, options, 5);
  model.to_double();
  Batch batch = small_batch(400, 7);
  batch.similarity.reset();
  const auto kl = [](const LossTerms& terms) {
    return std::ranges::find(terms, "kl_code", &LossTerms::value_type::first)
        ->second.item<double>();
  };
  double mean = 0;
  for (std::uint64_t step = 0; step < 50; ++step) {
    batch.step = step;
    mean += kl(model.training_loss(batch)) / 50;
  }
  EXPECT_NEAR(kl(model.validation_loss(batch)), mean, 0.01);
  options.code_noise = 0;
  MoeSimVae quiet(7, 1, options, 5);
  quiet.to_double();
  EXPECT_GT(kl(quiet.validation_loss(batch)), 1) << "without noise these codes lie too close";
}

TEST(MoeSimVae, ANoisyPassThatNothingReadsIsNotMade) {
  CplMixVaeOptions options = small_options();
  options.depict_weight = 0;
  auto terms = terms_of(options, small_batch(9, 7));
  EXPECT_FALSE(terms.contains("depict"));
  options.depict_weight = 0.5;
  EXPECT_TRUE(terms_of(options, small_batch(9, 7)).contains("depict"));
}

TEST(MoeSimVae, OneExpertsWorkIsCountedUnlessAllAreAsked) {
  CplMixVaeOptions options = small_options();
  const double one = MoeSimVae(25, 1, options, 5).products_per_cell();
  const double heads = 2.0 * (options.gating_hidden + 1);  // of two more types
  EXPECT_EQ(MoeSimVae(25, 3, options, 5).products_per_cell(), one + heads);
  options.routing = "soft";
  EXPECT_GT(MoeSimVae(25, 3, options, 5).products_per_cell(), one + 2 * 25.0 * 4);
}

TEST(MoeSimVae, ThePaperAndTheReferenceHaveTheGradientOfFiniteDifferences) {
  // Centres that follow the batch and a constant target would make the function another one at
  // every evaluation.
  CplMixVaeOptions paper = small(paper_exact_options());
  paper.centre = "learned";
  paper.depict_weight = 0;
  EXPECT_LT(gradient_error(paper, small_batch(9, 7)), 1e-5);
  Batch batch = small_batch(9, 7);
  batch.known = torch::tensor({0, -1, 1, -1, -1, 2, 2, -1, 0}, torch::kInt64).unsqueeze(0);
  EXPECT_LT(gradient_error(small(reference_options()), batch), 1e-5);
}

TEST(MoeSimVae, ThePaperIsAWeightedSumOfItsPrintedTerms) {
  auto terms = terms_of(small(paper_exact_options()), small_batch(9, 7));
  EXPECT_NEAR(terms.at("loss"),
              0.487 * (terms.at("reconstruction") + terms.at("similarity") + terms.at("depict")) +
                  0.024 * terms.at("kl_code"),
              1e-9);
}

TEST(MoeSimVae, TheReferenceIsAPlainNetworkWithNoiseInTheCodeAlone) {
  // Without that noise training and evaluation are the same function: no dropout, no batch norm.
  CplMixVaeOptions options = small(reference_options());
  options.code_noise = 0;
  const Batch batch = small_batch(9, 7);
  const auto training = terms_of(options, batch);
  const auto validation = terms_of(options, batch, true);
  for (const auto& [name, value] : training) {
    EXPECT_NEAR(value, validation.at(name), 1e-12) << name;
  }
  EXPECT_NEAR(training.at("loss"),
              training.at("reconstruction") + 0.2 * training.at("kl_code") +
                  0.8 * (training.at("similarity") + training.at("depict")),
              1e-12);
}

TEST(MoeSimVae, TheClusteringNetworkReadsTheMeanOrTheSample) {
  for (const std::string input : {"mean", "sample"}) {
    CplMixVaeOptions options = small_options();
    options.gating_input = input;
    const double noisy = terms_of(options, small_batch(9, 7)).at("similarity");
    options.code_noise = 0;
    const double clean = terms_of(options, small_batch(9, 7)).at("similarity");
    EXPECT_EQ(noisy == clean, input == "mean");
  }
}

TEST(MoeSimVae, KnownTypesMayBeLearnedTypeByType) {
  CplMixVaeOptions options = small_options();
  options.known_term = "binary";
  MoeSimVae model(7, 3, options, 5);
  model.to_double();
  Batch batch = small_batch(9, 7);
  batch.known = torch::full({1, 9}, 1, torch::kInt64);
  const torch::Tensor q = model.infer(batch).type_probs[0];
  const torch::Tensor one_hot = torch::tensor({0.0, 1.0, 0.0}, torch::kFloat64).expand({9, 3});
  const auto terms = model.validation_loss(batch);
  EXPECT_EQ(terms.back().first, "known_types");
  EXPECT_NEAR(terms.back().second.item<double>(),
              -(one_hot * q.log() + (1 - one_hot) * (1 - q).log()).mean().item<double>(), 1e-9);
}

TEST(MoeSimVae, ReconstructionDoesNotReachTheClusteringNetworkUnderHardRouting) {
  for (const std::string routing : {"hard", "soft"}) {
    CplMixVaeOptions options = small_options();
    options.routing = routing;
    options.depict_weight = 0;
    options.similarity_weight = 0;
    options.mixture_kl = 0;
    MoeSimVae model(7, 3, options, 5);
    model.to_double();
    model.training_loss(small_batch(9, 7)).front().second.backward();
    for (const NamedTensor& parameter : model.parameters()) {
      if (parameter.name.starts_with("gating") || parameter.name.starts_with("type_head")) {
        const torch::Tensor& gradient = parameter.tensor.grad();
        const bool reached = gradient.defined() && gradient.abs().max().item<double>() > 0;
        EXPECT_EQ(reached, routing == "soft") << parameter.name;
      }
    }
  }
}

TEST(MoeSimVae, CentresFollowTheCodes) {
  for (const std::string centre : {"ema", "em"}) {
    CplMixVaeOptions options = small_options();
    options.centre = centre;
    options.code_noise = 0;
    MoeSimVae model(7, 1, options, 5);
    model.to_double();
    const Batch batch = small_batch(9, 7);
    static_cast<void>(model.training_loss(batch));
    // One type: its first mean is the batch's, whatever the kind of centre.
    const torch::Tensor first = model.type_means().clone();
    EXPECT_GT(first.abs().max().item<double>(), 0);
    static_cast<void>(model.training_loss(batch));
    EXPECT_TRUE(torch::allclose(model.type_means(), first));
  }
}

std::string refusal(const CplMixVaeOptions& options) {
  try {
    MoeSimVae(7, 3, options, 5);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(MoeSimVae, RefusesOptionsItDoesNotUse) {
  const std::string message = "MoE-Sim-VAE does not use this option";
  EXPECT_EQ(refusal(small_options()), "");
  CplMixVaeOptions options = small_options();
  options.input_dropout += 0.25;
  EXPECT_NE(refusal(options).find(message), std::string::npos);
  options = small_options();
  options.log_type = "exact";
  EXPECT_NE(refusal(options).find(message), std::string::npos);
}

TEST(MoeSimVae, SameSeedSameLossOtherStepOtherNoise) {
  const auto loss = [](std::uint64_t seed, std::uint64_t step) {
    MoeSimVae model(7, 3, small_options(), seed);
    model.to_double();
    Batch batch = small_batch(9, 7);
    batch.step = step;
    return model.training_loss(batch).front().second.item<double>();
  };
  EXPECT_EQ(loss(1, 0), loss(1, 0));
  EXPECT_NE(loss(1, 0), loss(1, 1));
  EXPECT_NE(loss(1, 0), loss(2, 0));
}

TEST(MoeSimVae, PrunedTypesAreNeverAssigned) {
  MoeSimVae model(7, 3, small_options(), 5);
  model.to_double();
  model.prune_type(1);
  const Posterior posterior = model.infer(small_batch(9, 7));
  EXPECT_EQ(posterior.type_probs.select(2, 1).abs().max().item<double>(), 0);
  EXPECT_EQ(posterior.state.size(2), 0);
  EXPECT_EQ(posterior.latent.size(2), 3);
  EXPECT_FALSE(model.kept_types()[1].item<bool>());
}

TEST(MoeSimVae, GeneratesAroundTheCodesOfAType) {
  CplMixVaeOptions options = small_options();
  options.likelihood = "bernoulli";
  MoeSimVae model(7, 3, options, 5);
  model.to_double();
  static_cast<void>(model.training_loss(small_batch(9, 7)));
  const auto buffers = model.buffers();
  const torch::Tensor seen =
      std::ranges::find(buffers, "type_visits", &NamedTensor::name)->tensor[0].nonzero().flatten();
  const auto type = seen[0].item<std::int64_t>();
  const torch::Tensor cells = model.generate(0, type, 11, 1, 3);
  EXPECT_EQ(cells.sizes(), (std::vector<std::int64_t>{11, 7}));
  EXPECT_GT(cells.min().item<double>(), 0);
  EXPECT_LT(cells.max().item<double>(), 1);
  EXPECT_TRUE(torch::equal(cells, model.generate(0, type, 11, 1, 3)));
  EXPECT_FALSE(torch::equal(cells, model.generate(0, type, 11, 1, 4)));
  const torch::Tensor still = model.generate(0, type, 11, 0, 3);
  EXPECT_TRUE(torch::allclose(still, still.select(0, 0).expand_as(still)));
  for (std::int64_t i = 1; i < seen.numel(); ++i) {
    EXPECT_FALSE(torch::equal(cells, model.generate(0, seen[i].item<std::int64_t>(), 11, 1, 3)));
  }
}

TEST(MoeSimVae, DrawsFromTheCodesWhateverTheKlsCentresAre) {
  for (const std::string centre : {"ema", "em", "learned"}) {
    CplMixVaeOptions options = small_options();
    options.centre = centre;
    options.code_noise = 0;
    MoeSimVae model(7, 1, options, 5);
    model.to_double();
    const Batch batch = small_batch(40, 7);
    static_cast<void>(model.training_loss(batch));
    const auto buffers = model.buffers();
    const auto drawn = std::ranges::find(buffers, "drawn_means", &NamedTensor::name);
    EXPECT_GT(drawn->tensor.abs().max().item<double>(), 1e-3);
    EXPECT_EQ(torch::allclose(drawn->tensor, model.type_means()), centre != "learned") << centre;
  }
}

TEST(MoeSimVae, ATypeThatNeverHadCellsIsNotDrawn) {
  MoeSimVae model(7, 3, small_options(), 5);
  model.to_double();
  try {
    model.generate(0, 1, 2, 1, 3);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("a type had no cells in training"), std::string::npos);
  }
}

TEST(MoeSimVae, KeepsACovarianceOfCodesForEachType) {
  CplMixVaeOptions options = small_options();
  options.code_noise = 0;
  MoeSimVae model(7, 1, options, 5);
  model.to_double();
  static_cast<void>(model.training_loss(small_batch(40, 7)));
  for (const NamedTensor& buffer : model.buffers()) {
    if (buffer.name == "type_covariance") {
      const torch::Tensor covariance = buffer.tensor[0][0];
      EXPECT_TRUE(torch::allclose(covariance, covariance.transpose(0, 1)));
      EXPECT_GE(at::linalg_eigvalsh(covariance).min().item<double>(), -1e-12);
      EXPECT_FALSE(torch::allclose(covariance, torch::eye(3, torch::kFloat64)));
    }
  }
}

TEST(MoeSimVae, KnownTypesAreLearned) {
  MoeSimVae model(7, 3, small_options(), 5);
  model.to_double();
  Batch batch = small_batch(9, 7);
  batch.known = torch::tensor({0, -1, 1, -1, -1, 2, 2, -1, 0}, torch::kInt64).unsqueeze(0);
  const auto terms = model.training_loss(batch);
  EXPECT_EQ(terms.back().first, "known_types");
  EXPECT_GT(terms.back().second.item<double>(), 0);
}

TEST(MoeSimVae, ValidationIsWithoutNoise) {
  MoeSimVae model(7, 3, small_options(), 5);
  model.to_double();
  Batch batch = small_batch(9, 7);
  const double first = model.validation_loss(batch).front().second.item<double>();
  batch.step = 77;
  EXPECT_EQ(model.validation_loss(batch).front().second.item<double>(), first);
}

TEST(MoeSimVae, RefusesArmsAndStates) {
  CplMixVaeOptions options = small_options();
  options.arms = 2;
  EXPECT_NE(refusal(options).find("MoE-Sim-VAE has one arm"), std::string::npos);
  options = small_options();
  options.states = 2;
  EXPECT_NE(refusal(options).find("MoE-Sim-VAE has no states"), std::string::npos);
}

TEST(MakeModel, KnowsItsNamesAndRefusesOthers) {
  for (const std::string& name : model_names()) {
    const auto model =
        make_model(name, 4, 2, name == "moe-sim-vae" ? small_options() : CplMixVaeOptions(), 0);
    EXPECT_EQ(model->types(), 2);
  }
  try {
    make_model("vade", 4, 2, CplMixVaeOptions(), 0);
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_EQ(
        std::string(error.what()),
        "there is no model of this name\n  found: 'vade'\n  expected: cpl-mixvae, moe-sim-vae");
  }
}

TEST(CplMixVae, TakesSimilarityAndExpertsByConfiguration) {
  CplMixVaeOptions options;
  options.hidden = 6;
  options.latent = 4;
  options.decoder = "experts";
  CplMixVae model(7, 3, options, 5);
  model.to_double();
  Batch batch = small_batch(9, 7);
  std::map<std::string, double> with;
  for (const auto& [name, value] : model.training_loss(batch)) {
    with[name] = value.item<double>();
  }
  batch.similarity = torch::Tensor();
  const double without = model.training_loss(batch).front().second.item<double>();
  EXPECT_NEAR(with.at("loss") - without, with.at("similarity"), 1e-12);
  EXPECT_EQ(model.infer(batch).reconstruction_error.sizes(), (std::vector<std::int64_t>{2, 9}));
  model.prune_type(2);
  EXPECT_EQ(model.infer(batch).type_probs.select(2, 2).abs().max().item<double>(), 0);
}

}  // namespace
}  // namespace mixvae::models
