#include "models/cascade_vae.hpp"

#include <cmath>
#include <limits>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "models/gradient_error.hpp"
#include "models/same_training.hpp"
#include "models/two_forms.hpp"
#include "nn/random.hpp"
#include "support/refusal.hpp"

namespace mixvae::models {
namespace cascade_vae_test {

constexpr std::int64_t kCells = 9;
constexpr std::int64_t kFeatures = 7;
constexpr std::int64_t kTypes = 3;
constexpr std::int64_t kStates = 2;

CascadeVaeOptions small_options() {
  CascadeVaeOptions options;
  options.encoder = {.hidden = 6, .hidden_layers = 2, .latent = 4};
  options.states.states = kStates;
  options.objective = {.beta_min = 0.3, .beta_max = 5, .congestion = 0.02, .weight_penalty = 0.01};
  options.stages = {.warm_up_stages = 1, .stage_share = 0.2};
  return options;
}

Batch small_batch(std::uint64_t step = 3) {
  Batch batch;
  batch.only().x = nn::uniform({kCells, kFeatures}, {21, Purpose::test, 0}, torch::kFloat64);
  batch.step = step;
  return batch;
}

std::map<std::string, double> numbers(const LossTerms& terms) {
  std::map<std::string, double> values;
  for (const auto& [name, value] : terms) {
    values[name] = value.item<double>();
  }
  return values;
}

/// What the objective is made of, from the model's tensors, one cell, state and type at a time.
struct ByHand {
  std::map<std::string, torch::Tensor> tensors;
  torch::Tensor x;
  torch::Tensor mean;       // [B, S]
  torch::Tensor deviation;  // [B, S]

  ByHand(CascadeVae& model, const Batch& batch) : x(batch.only().x) {
    for (const NamedTensor& each : model.parameters()) {
      tensors[each.name] = each.tensor.detach();
    }
    torch::Tensor h = x;
    for (const char* layer : {"encoder.1", "encoder.2", "encoder.3"}) {
      h = torch::relu(affine(h, layer));
    }
    mean = affine(h, "state_mean");
    deviation = torch::log1p(affine(h, "state_variance").exp());
  }

  torch::Tensor affine(const torch::Tensor& input, const std::string& name) const {
    return torch::matmul(input, tensors.at(name + ".weight")[0]) + tensors.at(name + ".bias")[0];
  }

  /// Error of cell n, with these states, as one of type k; of no type for -1.
  double error(std::int64_t n, std::int64_t k, const torch::Tensor& states) const {
    torch::Tensor type = torch::zeros({1, kTypes}, torch::kFloat64);
    if (k >= 0) {
      type[0][k] = 1;
    }
    torch::Tensor y = torch::cat({type, states[n].unsqueeze(0)}, -1);
    for (const char* layer : {"decoder.1", "decoder.2", "decoder.3"}) {
      y = torch::relu(affine(y, layer));
    }
    y = affine(y, "decoder.4");
    double sum = 0;
    for (std::int64_t d = 0; d < kFeatures; ++d) {
      const double r = y[0][d].item<double>() - x[n][d].item<double>();
      sum += r * r / 2;
    }
    return sum;
  }

  double kl(std::int64_t s) const {
    double sum = 0;
    for (std::int64_t n = 0; n < kCells; ++n) {
      const double m = mean[n][s].item<double>();
      const double v = deviation[n][s].item<double>();
      sum += (m * m + v * v - 1 - 2 * std::log(v)) / 2 / kCells;
    }
    return sum;
  }

  double half_squared_weights() const {
    double sum = 0;
    for (const auto& [name, tensor] : tensors) {
      sum += name.ends_with("weight") ? tensor.square().sum().item<double>() / 2 : 0;
    }
    return sum;
  }

  /// Mean error of the cheapest of all K^B assignments with congestion.
  double cheapest_error(const torch::Tensor& states, double congestion) const {
    std::vector<std::vector<double>> errors(kCells);
    for (std::int64_t n = 0; n < kCells; ++n) {
      for (std::int64_t k = 0; k < kTypes; ++k) {
        errors[static_cast<std::size_t>(n)].push_back(error(n, k, states));
      }
    }
    double least = std::numeric_limits<double>::infinity();
    double its_error = 0;
    for (int code = 0; code < 19683; ++code) {  // 3^9
      std::vector<double> counts(kTypes);
      double sum = 0;
      double extra = 0;
      int rest = code;
      for (const std::vector<double>& of_cell : errors) {
        const auto k = static_cast<std::size_t>(rest % kTypes);
        rest /= kTypes;
        sum += of_cell[k];
        extra += congestion * counts[k]++;
      }
      if (sum + extra < least) {
        least = sum + extra;
        its_error = sum / kCells;
      }
    }
    return its_error;
  }
};

TEST(CascadeVae, TheTrainingObjectiveIsTheFormulaWrittenOut) {
  for (const double congestion : {0.0, 0.02, 3.0}) {
    CascadeVaeOptions options = small_options();
    options.objective.congestion = congestion;
    CascadeVae model({kFeatures, kTypes}, options, 5);
    model.to_double();
    const Batch batch = small_batch();
    const ByHand known(model, batch);
    const torch::Tensor sample =
        known.mean + known.deviation * nn::normal({1, kCells, kStates},
                                                  {5, Purpose::state_noise, 3}, torch::kFloat64)[0];
    auto terms = numbers(model.training_loss(batch));
    const double error = known.cheapest_error(sample, congestion);
    EXPECT_NEAR(terms["reconstruction"], error, 1e-6);
    EXPECT_NEAR(terms["weighed_kl"], 0.3 * (known.kl(0) + known.kl(1)), 1e-6);
    EXPECT_NEAR(terms["kl_state"], known.kl(0) + known.kl(1), 1e-6);
    EXPECT_NEAR(terms["squared_weights"], known.half_squared_weights(), 1e-9);
    EXPECT_NEAR(terms["loss"],
                error + 0.3 * (known.kl(0) + known.kl(1)) + 0.01 * known.half_squared_weights(),
                1e-6);
  }
}

TEST(CascadeVae, ValidationHasTheBestTypeOfEachCellAndTheMeanOfItsStates) {
  CascadeVae model({kFeatures, kTypes}, small_options(), 5);
  model.to_double();
  const Batch batch = small_batch();
  const ByHand known(model, batch);
  EXPECT_NEAR(numbers(model.validation_loss(batch))["reconstruction"],
              known.cheapest_error(known.mean, 0), 1e-9);
}

/// Stage 0: one state, no types; then types; then the second state.
TEST(CascadeVae, StagesReleaseStatesAndTypes) {
  CascadeVae model({kFeatures, kTypes}, small_options(), 5);
  model.to_double();
  const Batch batch = small_batch();
  const ByHand known(model, batch);
  const auto expect_stage = [&](std::int64_t stage, double second, bool types) {
    SCOPED_TRACE(stage);
    model.enter_stage(stage);
    auto training = numbers(model.training_loss(batch));
    auto validation = numbers(model.validation_loss(batch));
    EXPECT_NEAR(training["weighed_kl"], 0.3 * known.kl(0) + second * known.kl(1), 1e-6);
    EXPECT_NEAR(validation["weighed_kl"], training["weighed_kl"], 1e-9);
    double error = 0;
    for (std::int64_t n = 0; n < kCells; ++n) {
      error += known.error(n, -1, known.mean) / kCells;
    }
    EXPECT_NEAR(validation["reconstruction"], types ? known.cheapest_error(known.mean, 0) : error,
                1e-9);
  };
  expect_stage(0, 5, false);
  expect_stage(1, 5, true);
  expect_stage(2, 0.3, true);
}

TEST(CascadeVae, TypesAndHeldStatesHaveNoPartInTheWarmUp) {
  CascadeVaeOptions options = small_options();
  options.objective.weight_penalty = 0;
  CascadeVae model({kFeatures, kTypes}, options, 5);
  model.to_double();
  model.enter_stage(0);
  const LossTerms terms = model.training_loss(small_batch());
  EXPECT_EQ(terms.size(), 4U) << "no term that weighs nothing";
  terms.front().second.backward();
  for (const NamedTensor& parameter : model.parameters()) {
    if (parameter.name == "decoder.1.weight") {
      EXPECT_EQ(parameter.tensor.grad().narrow(1, 0, kTypes).abs().max().item<double>(), 0);
      EXPECT_GT(parameter.tensor.grad().narrow(1, kTypes, kStates).abs().max().item<double>(), 0);
    }
  }
}

TEST(CascadeVae, HasTheGradientOfFiniteDifferencesWithItsTypesHeld) {
  for (const LikelihoodKind likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
    for (const EncoderNorm norm : {EncoderNorm::batch, EncoderNorm::none}) {
      for (const std::int64_t stage : {0, 1, 2}) {
        CascadeVaeOptions options = small_options();
        options.likelihood.likelihood = likelihood;
        options.encoder_norm.norm = norm;
        options.input.input_dropout = 0.2;
        CascadeVae model({kFeatures, kTypes}, options, 5);
        model.enter_stage(stage);
        EXPECT_LT(gradient_error(model, small_batch()), 1e-5)
            << static_cast<int>(likelihood) << " " << static_cast<int>(norm) << " " << stage;
      }
    }
  }
}

CascadeVaeOptions image_options() {
  CascadeVaeOptions options = small_options();
  options.network = {.network = NetworkKind::convolutional,
                     .channels = {"3", "2"},
                     .decoder_channels = {"3", "2"}};
  options.likelihood.likelihood = LikelihoodKind::bernoulli;
  return options;
}

Batch image_batch() {
  Batch batch;
  batch.only().x = nn::uniform({kCells, 36}, {21, Purpose::test, 0}, torch::kFloat64);
  batch.step = 3;
  return batch;
}

TEST(CascadeVae, OfImagesHasTheGradientOfFiniteDifferences) {
  for (const LikelihoodKind likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
    CascadeVaeOptions options = image_options();
    options.likelihood.likelihood = likelihood;
    CascadeVae model({36, kTypes}, options, 5);
    EXPECT_LT(gradient_error(model, image_batch()), 1e-5) << static_cast<int>(likelihood);
  }
}

TEST(CascadeVae, OfImagesInfersAndGeneratesImages) {
  CascadeVae model({36, kTypes}, image_options(), 5);
  EXPECT_FALSE(model.reads_sparse_rows({}));
  Batch batch = image_batch();
  batch.only().x = batch.only().x.to(torch::kFloat32);
  const Posterior posterior = model.infer(batch);
  EXPECT_EQ(posterior.type_probs.sizes(), (std::vector<std::int64_t>{1, kCells, kTypes}));
  EXPECT_EQ(posterior.state_variance.sizes(), posterior.state.sizes());
  const torch::Tensor images = model.generate({.type = 1, .count = 5, .seed = 3});
  EXPECT_EQ(images.sizes(), (std::vector<std::int64_t>{5, 36}));
  EXPECT_TRUE((images.gt(0) & images.lt(1)).all().item<bool>());
  EXPECT_EQ(model.values_per_cell(), 64 + 48 + 8 + 32 + 64);
  double parameters = 0;
  double of_decoder = 0;
  for (const NamedTensor& each : model.parameters()) {
    const auto count = static_cast<double>(each.tensor.numel());
    parameters += count;
    of_decoder += each.name.starts_with("decoder") ? count : 0;
  }
  // 8 x 8 of 1 channel -> 4 x 4 of 3 -> 2 x 2 of 2 -> back by 3 and 2 channels.
  const double encoder = 16 * (3 * 15 + 6 * 3);
  const double decoder = 16 * (6 * 3 + 2 * 15);
  EXPECT_DOUBLE_EQ(model.products_per_cell(),
                   parameters + encoder + decoder + kTypes * (of_decoder + decoder) / 3);
}

TEST(CascadeVae, OfImagesRefusesWhatIsNone) {
  EXPECT_THAT(support::refusal<InputError>([] {
                CascadeVae({35, kTypes}, image_options(), 5);
              }),
              testing::HasSubstr("35"));
}

TEST(CascadeVae, KernelsAndSparseRowsAgreeWithTensorOperations) {
  for (const EncoderNorm norm : {EncoderNorm::none, EncoderNorm::batch}) {
    for (const LikelihoodKind likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
      for (const std::int64_t copies : {0, 1}) {
        SCOPED_TRACE(testing::Message() << static_cast<int>(norm) << " "
                                        << static_cast<int>(likelihood) << " " << copies);
        CascadeVaeOptions options = small_options();
        options.encoder_norm.norm = norm;
        options.likelihood.likelihood = likelihood;
        options.input.input_dropout = 0.3;
        TwoForms forms(33, 300, copies, 1);
        forms.reconstruct_cells();
        for (const Batch& batch : {forms.dense, forms.sparse}) {
          CascadeVae fused({300, kTypes}, options, 5);
          CascadeVae plain({300, kTypes}, options, 5);
          expect_same_training(fused, plain, batch, forms.dense,
                               [](const std::string&) { return false; });
        }
      }
    }
  }
}

TEST(CascadeVae, TheMostProbableTypeHasTheLeastErrorAtTheMeanOfTheStates) {
  CascadeVae model({kFeatures, kTypes}, small_options(), 5);
  model.to_double();
  const Batch batch = small_batch();
  const ByHand known(model, batch);
  const Posterior posterior = model.infer(batch);
  EXPECT_EQ(posterior.type_probs.sizes(), (std::vector<std::int64_t>{1, kCells, kTypes}));
  EXPECT_EQ(posterior.latent.sizes(), (std::vector<std::int64_t>{1, kCells, 4}));
  EXPECT_EQ(posterior.reconstruction_error.sizes(), (std::vector<std::int64_t>{1, kCells}));
  EXPECT_TRUE(torch::allclose(posterior.state[0], known.mean));
  for (std::int64_t n = 0; n < kCells; ++n) {
    double sum = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::int64_t k = 0; k < kTypes; ++k) {
      sum += std::exp(-known.error(n, k, known.mean));
      least = std::min(least, known.error(n, k, known.mean));
    }
    for (std::int64_t k = 0; k < kTypes; ++k) {
      EXPECT_NEAR(posterior.type_probs[0][n][k].item<double>(),
                  std::exp(-known.error(n, k, known.mean)) / sum, 1e-9);
    }
    EXPECT_NEAR(posterior.reconstruction_error[0][n].item<double>(), least, 1e-9);
  }
  EXPECT_TRUE(torch::equal(posterior.state, model.infer(small_batch(8)).state));
}

TEST(CascadeVae, ManyCellsAreDecodedTypeByType) {
  CascadeVaeOptions options = small_options();
  CascadeVae model({3000, 4}, options, 5);
  Batch batch;
  batch.only().x = nn::uniform({4000, 3000}, {2, Purpose::test, 0}, {});  // 2^24 values hold one
  Batch few;
  few.only().x = batch.only().x.narrow(0, 0, 5).clone();
  EXPECT_TRUE(torch::allclose(model.infer(batch).type_probs.narrow(1, 0, 5),
                              model.infer(few).type_probs, 1e-3, 1e-5));
}

TEST(CascadeVae, APrunedTypeIsNeverUsedAgain) {
  CascadeVaeOptions options = small_options();
  options.objective.congestion = 100;  // would make types even
  CascadeVae model({kFeatures, kTypes}, options, 5);
  model.to_double();
  model.prune_type(1);
  EXPECT_FALSE(model.kept_types()[1].item<bool>());
  EXPECT_EQ(model.infer(small_batch()).type_probs.select(-1, 1).abs().max().item<double>(), 0);
  model.training_loss(small_batch()).front().second.backward();
  for (const NamedTensor& parameter : model.parameters()) {
    EXPECT_TRUE(parameter.tensor.grad().isfinite().all().item<bool>()) << parameter.name;
    if (parameter.name == "decoder.1.weight") {
      EXPECT_EQ(parameter.tensor.grad().select(1, 1).abs().max().item<double>(), 0);
      EXPECT_GT(parameter.tensor.grad().select(1, 0).abs().max().item<double>(), 0);
      EXPECT_GT(parameter.tensor.grad().select(1, 2).abs().max().item<double>(), 0);
    }
  }
}

TEST(CascadeVae, GeneratesCellsOfATypeFromThePrior) {
  CascadeVae model({kFeatures, kTypes}, small_options(), 5);
  const Generation wanted{.type = 1, .count = 11, .seed = 3};
  const torch::Tensor cells = model.generate(wanted);
  EXPECT_EQ(cells.sizes(), (std::vector<std::int64_t>{11, kFeatures}));
  EXPECT_TRUE(torch::equal(cells, model.generate(wanted)));
  Generation other = wanted;
  other.type = 2;
  EXPECT_FALSE(torch::equal(cells, model.generate(other)));
  other = wanted;
  other.spread = 0;
  const torch::Tensor still = model.generate(other);
  EXPECT_TRUE(torch::allclose(still, still[0].expand_as(still)));
}

TEST(CascadeVae, ATrainingThatHasDivergedTellsItByItsLoss) {
  CascadeVae model({kFeatures, kTypes}, small_options(), 5);
  model.to_double();
  model.parameters().front().tensor.detach().fill_(std::nan(""));
  EXPECT_FALSE(std::isfinite(numbers(model.training_loss(small_batch()))["loss"]));
}

TEST(CascadeVae, AwkwardSizesWork) {
  CascadeVaeOptions options = small_options();
  options.states.states = 1;
  for (const std::int64_t types : {1, 20}) {
    CascadeVae model({1, types}, options, 5);
    Batch batch;
    batch.only().x = torch::rand({2, 1});
    EXPECT_TRUE(std::isfinite(numbers(model.training_loss(batch))["loss"])) << types;
    EXPECT_TRUE(std::isfinite(numbers(model.validation_loss(batch))["loss"])) << types;
  }
}

TEST(CascadeVae, WithoutStatesOrWithoutALastStageItIsRefused) {
  CascadeVaeOptions options = small_options();
  options.states.states = 0;
  EXPECT_THAT(support::refusal([&] {
                CascadeVae({kFeatures, kTypes}, options, 1);
              }),
              testing::AllOf(testing::HasSubstr("this model needs states"),
                             testing::HasSubstr("--states 0")));
  options.states.states = 5;
  EXPECT_THAT(support::refusal([&] {
                CascadeVae({kFeatures, kTypes}, options, 1);
              }),
              testing::HasSubstr("take all of the training"));
}

TEST(CascadeVae, IsWholeFromTheFirstAndHasNoStatesToLearnAlone) {
  CascadeVae model({kFeatures, kTypes}, small_options(), 5);
  model.learn(Objective::whole);
  EXPECT_THROW(model.learn(Objective::states), Bug);
  EXPECT_FALSE(model.steps_repeat());
}

}  // namespace cascade_vae_test
}  // namespace mixvae::models
