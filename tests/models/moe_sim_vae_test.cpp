#include "models/moe_sim_vae.hpp"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "models/cpl_mixvae.hpp"
#include "models/moe_sim_vae_cases.hpp"
#include "support/refusal.hpp"

namespace mixvae::models {
namespace moe_sim_vae_test {

TEST(MoeSimVae, FusedKernelsAgreeWithTensorOperations) {
  for (const auto decoder : {DecoderKind::experts, DecoderKind::shared}) {
    for (const auto norm : {EncoderNorm::batch, EncoderNorm::none}) {
      for (const auto likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
        SCOPED_TRACE(testing::Message()
                     << static_cast<int>(decoder) << " " << static_cast<int>(norm) << " "
                     << static_cast<int>(likelihood));
        MoeSimVaeOptions options = small_options();
        options.decoder.decoder = decoder;
        options.encoder_norm.norm = norm;
        options.likelihood.likelihood = likelihood;
        Batch batch = in_single_precision(small_batch(150, 33));
        expect_same_training(options, batch);
        batch.only().inputs = batch.only().x.flip(1).contiguous();  // the noisy pass reads others
        expect_same_training(options, batch);
      }
    }
  }
}

TEST(MoeSimVae, FusedKernelsAgreeForSoftRoutingAndThePapersTerms) {
  MoeSimVaeOptions options = preset("paper-exact");
  Batch batch = in_single_precision(small_batch(150, 33));
  expect_same_training(options, batch);
  options.decoder.routing = Routing::soft;
  options.similarity.similarity_parts = objectives::SimilarityParts::positive;
  expect_same_training(options, batch);
  batch.only().inputs = batch.only().x.flip(1).contiguous();
  expect_same_training(options, batch);
}

// More weights than kernels take in one layer: that layer is a product of its own, for both passes,
// for the noisy one alone and for the clean one alone.
TEST(MoeSimVae, FusedKernelsAgreeForWideInputs) {
  MoeSimVaeOptions options = small_options();
  options.encoder.hidden = 70;
  Batch batch = in_single_precision(small_batch(40, 30000));
  expect_same_training(options, batch);
  batch.only().inputs = batch.only().x.flip(1).contiguous();
  expect_same_training(options, batch);
  options.noise.depict_weight = 0;
  expect_same_training(options, batch);
}

TEST(MoeSimVae, FusedKernelsAgreeForOtherNetworksAndTerms) {
  const Batch batch = in_single_precision(small_batch(150, 36));
  MoeSimVaeOptions options = small_options();
  options.coupling.coupling = 0.5;
  options.gating.gating_input = GatingInput::sample;
  expect_same_training(options, batch);
  options = small_options();
  options.gating.gating_layers = 0;
  options.mixture.centre = Centre::learned;
  expect_same_training(options, batch);
  options = preset("reference");
  options.encoder.latent = 20;
  expect_same_training(options, batch);
  options = small_options();
  options.encoder_kind.kind = EncoderKind::convolutional;
  options.encoder_kind.convolutions = {"4x3/2", "5x3/1"};
  expect_same_training(options, batch);
}

TEST(MoeSimVae, HasTheGradientOfFiniteDifferences) {
  // DEPICT's target is held constant, so its gradient is not that of the whole function.
  for (const auto decoder : {DecoderKind::experts, DecoderKind::shared}) {
    for (const auto routing : {Routing::hard, Routing::soft}) {
      for (const auto likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
        MoeSimVaeOptions options = small_options();
        options.noise.depict_weight = 0;
        options.decoder.decoder = decoder;
        options.decoder.routing = routing;
        options.likelihood.likelihood = likelihood;
        options.mixture.centre = Centre::learned;
        options.coupling.entropy = 0.1;
        options.coupling.balance = 0.2;
        EXPECT_LT(gradient_error(options, small_batch(9, 7)), 1e-5)
            << static_cast<int>(decoder) << " " << static_cast<int>(routing) << " "
            << static_cast<int>(likelihood);
      }
    }
  }
}

TEST(MoeSimVae, LossIsTheWeightedSumOfItsTerms) {
  MoeSimVaeOptions options = small_options();
  options.coupling.entropy = 0.3;
  options.coupling.balance = 0.2;
  options.mixture.kl_direction = objectives::KlDirection::reverse;
  MoeSimVae model({7, 3}, options, 5);
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

std::map<std::string, double> terms_of(const MoeSimVaeOptions& options, const Batch& batch,
                                       bool validation = false) {
  MoeSimVae model({7, 3}, options, 5);
  model.to_double();
  std::map<std::string, double> terms;
  for (const auto& [name, value] :
       validation ? model.validation_loss(batch) : model.training_loss(batch)) {
    terms[name] = value.item<double>();
  }
  return terms;
}

TEST(MoeSimVae, SumsAreMeansTimesTheirSummands) {
  MoeSimVaeOptions options = small_options();
  options.coupling.balance = 0.1;
  options.coupling.entropy = 0.1;
  options.coupling.coupling = 0.1;
  Batch batch = small_batch(9, 7);
  batch.known = torch::tensor({0, -1, 1, -1, -1, 2, 2, -1, 0}, torch::kInt64).unsqueeze(0);
  batch.prior = torch::full({9, 3}, 1.0 / 3, torch::kFloat64);
  for (const bool weighted : {false, true}) {
    options.objective.terms = TermScale::mean;
    auto means = terms_of(options, batch);
    options.objective.terms = TermScale::sum;
    auto sums = terms_of(options, batch);
    const double pairs = weighted ? batch.similarity_weight.sum().item<double>() : 81;
    EXPECT_NEAR(sums["reconstruction"], 9 * 7 * means["reconstruction"], 1e-9);
    EXPECT_NEAR(sums["kl_code"], 3 * means["kl_code"], 1e-9);
    EXPECT_NEAR(sums["similarity"], pairs * means["similarity"], 1e-9);
    EXPECT_NEAR(sums["depict"], means["depict"], 1e-9) << "the paper's Eq. 8 has 1/N";
    EXPECT_NEAR(sums["balance"], 9 * means["balance"], 1e-9);
    EXPECT_NEAR(sums["negative_entropy"], 9 * means["negative_entropy"], 1e-9);
    EXPECT_NEAR(sums["distance"], 9 * means["distance"], 1e-9);
    EXPECT_NEAR(sums["known_types"], 5 * means["known_types"], 1e-9);
    EXPECT_NEAR(sums["prior"], 9 * means["prior"], 1e-9);
    batch.similarity_weight = batch.similarity * 0.5 + 0.1;
  }
}

TEST(MoeSimVae, ASummedStartCountsEveryCell) {
  MoeSimVaeOptions options = small_options();
  Batch batch = small_batch(9, 7);
  batch.start = torch::tensor({0, 1, 2, 0, 1, 2, 0, 1, 2}, torch::kInt64).unsqueeze(0);
  const double mean = terms_of(options, batch)["start"];
  options.objective.terms = TermScale::sum;
  EXPECT_NEAR(terms_of(options, batch)["start"], 9 * mean, 1e-9);
}

TEST(MoeSimVae, TheValidationsKlCountsTheNoiseOfTraining) {
  // Centres that stand still: the training's KL, averaged over the noise of many steps, is that of
  // codes with the noise's variance on top.
  MoeSimVaeOptions options = small_options();
  options.mixture.centre = Centre::learned;
  options.mixture.kl_direction = objectives::KlDirection::standard;
  options.encoder_norm.norm = EncoderNorm::none;
  MoeSimVae model({7, 1}, options, 5);
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
  options.noise.code_noise = 0;
  MoeSimVae quiet({7, 1}, options, 5);
  quiet.to_double();
  EXPECT_GT(kl(quiet.validation_loss(batch)), 1) << "without noise these codes lie too close";
}

TEST(MoeSimVae, ANoisyPassThatNothingReadsIsNotMade) {
  MoeSimVaeOptions options = small_options();
  options.noise.depict_weight = 0;
  auto terms = terms_of(options, small_batch(9, 7));
  EXPECT_FALSE(terms.contains("depict"));
  options.noise.depict_weight = 0.5;
  EXPECT_TRUE(terms_of(options, small_batch(9, 7)).contains("depict"));
}

TEST(MoeSimVae, OneExpertsWorkIsCountedUnlessAllAreAsked) {
  MoeSimVaeOptions options = small_options();
  const double one = MoeSimVae({25, 1}, options, 5).products_per_cell();
  const double heads = 2.0 * (options.gating.gating_hidden + 1);  // of two more types
  EXPECT_EQ(MoeSimVae({25, 3}, options, 5).products_per_cell(), one + heads);
  options.decoder.routing = Routing::soft;
  EXPECT_GT(MoeSimVae({25, 3}, options, 5).products_per_cell(), one + 2 * 25.0 * 4);
}

TEST(MoeSimVae, ThePaperAndTheReferenceHaveTheGradientOfFiniteDifferences) {
  // Centres that follow the batch and a constant target would make the function another one at
  // every evaluation.
  MoeSimVaeOptions paper = preset("paper-exact");
  paper.mixture.centre = Centre::learned;
  paper.noise.depict_weight = 0;
  EXPECT_LT(gradient_error(paper, small_batch(9, 7)), 1e-5);
  Batch batch = small_batch(9, 7);
  batch.known = torch::tensor({0, -1, 1, -1, -1, 2, 2, -1, 0}, torch::kInt64).unsqueeze(0);
  EXPECT_LT(gradient_error(preset("reference"), batch), 1e-5);
}

TEST(MoeSimVae, ThePaperRoutesToOneExpertAndHasBothPartsOfTheSimilarity) {
  const MoeSimVaeOptions paper = preset("paper-exact");
  EXPECT_EQ(paper.decoder.routing, Routing::hard);
  EXPECT_EQ(paper.similarity.similarity_parts, objectives::SimilarityParts::both);
  EXPECT_EQ(paper.similarity.similar_share, std::nullopt);
  EXPECT_EQ(paper.gating.gating_input, GatingInput::sample);
  EXPECT_EQ(paper.noise.noise_layers, NoiseLayers::clustering);
}

TEST(MoeSimVae, ThePaperIsAWeightedSumOfItsTerms) {
  auto terms = terms_of(preset("paper-exact"), small_batch(9, 7));
  EXPECT_NEAR(terms.at("loss"),
              0.487 * (terms.at("reconstruction") + terms.at("similarity") + terms.at("depict")) +
                  0.024 * terms.at("kl_code"),
              1e-9);
}

TEST(MoeSimVae, TheReferenceIsAPlainNetworkWithNoiseInTheCodeAlone) {
  // Without that noise training and evaluation are the same function: no dropout, no batch norm.
  MoeSimVaeOptions options = preset("reference");
  options.noise.code_noise = 0;
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
  for (const GatingInput input : {GatingInput::mean, GatingInput::sample}) {
    MoeSimVaeOptions options = small_options();
    options.gating.gating_input = input;
    const double noisy = terms_of(options, small_batch(9, 7)).at("similarity");
    options.noise.code_noise = 0;
    const double clean = terms_of(options, small_batch(9, 7)).at("similarity");
    EXPECT_EQ(noisy == clean, input == GatingInput::mean);
  }
}

TEST(MoeSimVae, DropoutInTheClusteringNetworkAloneReadsTheCleanPassesCode) {
  for (const GatingInput input : {GatingInput::mean, GatingInput::sample}) {
    MoeSimVaeOptions options = small_options();
    options.gating.gating_input = input;
    options.noise.noise_layers = NoiseLayers::clustering;
    const Batch batch = small_batch(9, 7);
    const double dropped = terms_of(options, batch).at("depict");
    options.noise.noise_dropout = 0;
    const double quiet = terms_of(options, batch).at("depict");
    EXPECT_NE(dropped, quiet);
    // Without dropout the noisy pass is the clean one: the term is that of the clean pass.
    options.noise.depict_pass = DepictPass::clean;
    EXPECT_NEAR(terms_of(options, batch).at("depict"), quiet, 1e-12);
    // Dropout everywhere has a code of its own.
    options.noise.depict_pass = DepictPass::noisy;
    options.noise.noise_layers = NoiseLayers::all;
    EXPECT_NE(terms_of(options, batch).at("depict"), quiet);
  }
}

TEST(MoeSimVae, DropoutInTheClusteringNetworkAloneReadsTheCodesOfCopies) {
  MoeSimVaeOptions options = small_options();
  options.noise.noise_layers = NoiseLayers::clustering;
  Batch batch = small_batch(9, 7);
  const double own = terms_of(options, batch).at("depict");
  batch.only().inputs = batch.only().x.clone();
  EXPECT_NEAR(terms_of(options, batch).at("depict"), own, 1e-12);
  batch.only().inputs = batch.only().x.flip(0);
  EXPECT_NE(terms_of(options, batch).at("depict"), own);
}

TEST(MoeSimVae, TheTypesOfCellsAreReadFromTheMeanOfTheCode) {
  MoeSimVaeOptions options = small_options();
  const torch::Tensor mean =
      MoeSimVae({7, 3}, options, 5).infer(in_single_precision(small_batch(9, 7))).type_probs;
  options.gating.gating_input = GatingInput::sample;
  const torch::Tensor sample =
      MoeSimVae({7, 3}, options, 5).infer(in_single_precision(small_batch(9, 7))).type_probs;
  EXPECT_TRUE(torch::equal(mean, sample));
}

TEST(MoeSimVae, KnownTypesMayBeLearnedTypeByType) {
  MoeSimVaeOptions options = small_options();
  options.known.known_term = KnownTerm::binary;
  MoeSimVae model({7, 3}, options, 5);
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
  for (const auto routing : {Routing::hard, Routing::soft}) {
    MoeSimVaeOptions options = small_options();
    options.decoder.routing = routing;
    options.noise.depict_weight = 0;
    options.similarity.similarity_weight = 0;
    options.mixture.mixture_kl = 0;
    MoeSimVae model({7, 3}, options, 5);
    model.to_double();
    model.training_loss(small_batch(9, 7)).front().second.backward();
    for (const NamedTensor& parameter : model.parameters()) {
      if (parameter.name.starts_with("gating") || parameter.name.starts_with("type_head")) {
        const torch::Tensor& gradient = parameter.tensor.grad();
        const bool reached = gradient.defined() && gradient.abs().max().item<double>() > 0;
        EXPECT_EQ(reached, routing == Routing::soft) << parameter.name;
      }
    }
  }
}

TEST(MoeSimVae, CentresFollowTheCodes) {
  for (const Centre centre : {Centre::ema, Centre::em}) {
    MoeSimVaeOptions options = small_options();
    options.mixture.centre = centre;
    options.noise.code_noise = 0;
    MoeSimVae model({7, 1}, options, 5);
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

TEST(MoeSimVae, SameSeedSameLossOtherStepOtherNoise) {
  const auto loss = [](std::uint64_t seed, std::uint64_t step) {
    MoeSimVae model({7, 3}, small_options(), seed);
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
  MoeSimVae model({7, 3}, small_options(), 5);
  model.to_double();
  model.prune_type(1);
  const Posterior posterior = model.infer(small_batch(9, 7));
  EXPECT_EQ(posterior.type_probs.select(2, 1).abs().max().item<double>(), 0);
  EXPECT_EQ(posterior.state.size(2), 0);
  EXPECT_EQ(posterior.latent.size(2), 3);
  EXPECT_FALSE(model.kept_types()[1].item<bool>());
}

TEST(MoeSimVae, GeneratesAroundTheCodesOfAType) {
  MoeSimVaeOptions options = small_options();
  options.likelihood.likelihood = LikelihoodKind::bernoulli;
  MoeSimVae model({7, 3}, options, 5);
  model.to_double();
  static_cast<void>(model.training_loss(small_batch(9, 7)));
  const auto buffers = model.buffers();
  const torch::Tensor seen =
      std::ranges::find(buffers, "type_visits", &NamedTensor::name)->tensor[0].nonzero().flatten();
  const auto type = seen[0].item<std::int64_t>();
  const auto drawn = [&](std::int64_t of, double spread, std::uint64_t seed) {
    return model.generate({.type = of, .count = 11, .spread = spread, .seed = seed});
  };
  const torch::Tensor cells = drawn(type, 1, 3);
  EXPECT_EQ(cells.sizes(), (std::vector<std::int64_t>{11, 7}));
  EXPECT_GT(cells.min().item<double>(), 0);
  EXPECT_LT(cells.max().item<double>(), 1);
  EXPECT_TRUE(torch::equal(cells, drawn(type, 1, 3)));
  EXPECT_FALSE(torch::equal(cells, drawn(type, 1, 4)));
  const torch::Tensor still = drawn(type, 0, 3);
  EXPECT_TRUE(torch::allclose(still, still.select(0, 0).expand_as(still)));
  for (std::int64_t i = 1; i < seen.numel(); ++i) {
    EXPECT_FALSE(torch::equal(cells, drawn(seen[i].item<std::int64_t>(), 1, 3)));
  }
}

TEST(MoeSimVae, PublishedDrawsAreDecodedByTheExpertOfTheirClustering) {
  // Without code noise both ways draw around the same mean, here without deviations from it.
  MoeSimVaeOptions options = small_options();
  options.noise.code_noise = 0;
  for (const bool own : {true, false}) {
    MoeSimVae model({7, 3}, options, 5);
    model.to_double();
    static_cast<void>(model.training_loss(small_batch(30, 7)));
    const auto buffers = model.buffers();
    const torch::Tensor visits =
        std::ranges::find(buffers, "type_visits", &NamedTensor::name)->tensor[0];
    const auto type = visits.argmax().item<std::int64_t>();
    for (std::int64_t k = 0; k < 3; ++k) {
      if ((k == type) != own) {
        model.prune_type(k);
      }
    }
    const auto drawn = [&](DrawnCodes codes, double least) {
      return model.generate(
          {.type = type, .count = 2, .spread = 0, .codes = codes, .least_posterior = least});
    };
    const torch::Tensor fitted = drawn(DrawnCodes::fitted, 0);
    EXPECT_EQ(torch::allclose(drawn(DrawnCodes::published, 0), fitted), own);
    if (own) {
      EXPECT_TRUE(torch::equal(drawn(DrawnCodes::fitted, 0.9), fitted));
    } else {
      EXPECT_THAT(support::refusal<InputError>([&] { drawn(DrawnCodes::fitted, 0.1); }),
                  testing::HasSubstr("hardly a draw of a type is as probable"));
    }
  }
}

TEST(MoeSimVae, DrawsFromTheCodesWhateverTheKlsCentresAre) {
  for (const Centre centre : {Centre::ema, Centre::em, Centre::learned}) {
    MoeSimVaeOptions options = small_options();
    options.mixture.centre = centre;
    options.noise.code_noise = 0;
    MoeSimVae model({7, 1}, options, 5);
    model.to_double();
    const Batch batch = small_batch(40, 7);
    static_cast<void>(model.training_loss(batch));
    const auto buffers = model.buffers();
    const auto drawn = std::ranges::find(buffers, "drawn_means", &NamedTensor::name);
    EXPECT_GT(drawn->tensor.abs().max().item<double>(), 1e-3);
    EXPECT_EQ(torch::allclose(drawn->tensor, model.type_means()), centre != Centre::learned)
        << static_cast<int>(centre);
  }
}

TEST(MoeSimVae, ATypeThatNeverHadCellsIsNotDrawn) {
  MoeSimVae model({7, 3}, small_options(), 5);
  model.to_double();
  try {
    model.generate({.type = 1, .count = 2, .seed = 3});
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("a type had no cells in training"), std::string::npos);
  }
}

TEST(MoeSimVae, KeepsACovarianceOfCodesForEachType) {
  MoeSimVaeOptions options = small_options();
  options.noise.code_noise = 0;
  MoeSimVae model({7, 1}, options, 5);
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
  MoeSimVae model({7, 3}, small_options(), 5);
  model.to_double();
  Batch batch = small_batch(9, 7);
  batch.known = torch::tensor({0, -1, 1, -1, -1, 2, 2, -1, 0}, torch::kInt64).unsqueeze(0);
  const auto terms = model.training_loss(batch);
  EXPECT_EQ(terms.back().first, "known_types");
  EXPECT_GT(terms.back().second.item<double>(), 0);
}

TEST(MoeSimVae, ValidationIsWithoutNoise) {
  MoeSimVae model({7, 3}, small_options(), 5);
  model.to_double();
  Batch batch = small_batch(9, 7);
  const double first = model.validation_loss(batch).front().second.item<double>();
  batch.step = 77;
  EXPECT_EQ(model.validation_loss(batch).front().second.item<double>(), first);
}

TEST(CplMixVae, TakesSimilarityAndExpertsByConfiguration) {
  CplMixVaeOptions options;
  options.encoder.hidden = 6;
  options.encoder.latent = 4;
  options.decoder.decoder = DecoderKind::experts;
  CplMixVae model({7, 3}, options, 5);
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

}  // namespace moe_sim_vae_test
}  // namespace mixvae::models
