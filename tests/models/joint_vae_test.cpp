#include "models/joint_vae.hpp"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "models/gradient_error.hpp"
#include "models/same_training.hpp"
#include "models/two_forms.hpp"
#include "nn/random.hpp"

namespace mixvae::models {
namespace joint_vae_test {

constexpr std::int64_t kCells = 9;
constexpr std::int64_t kFeatures = 7;
constexpr std::int64_t kTypes = 3;

JointVaeOptions small_options() {
  JointVaeOptions options;
  options.encoder = {.hidden = 6, .hidden_layers = 2, .latent = 4};
  options.states.states = 2;
  options.capacity = {.state_capacity = 2,
                      .state_weight = 0.7,
                      .type_capacity = 0.8,
                      .type_weight = 1.3,
                      .capacity_steps = 10};
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

/// What the objective is made of, from the model's tensors; without norm and dropout training and
/// evaluation read the same.
struct ByHand {
  double kl_state = 0;
  double kl_type = 0;
  double reconstruction = 0;  // of the most probable type and the mean states

  ByHand(JointVae& model, const Batch& batch) {
    std::map<std::string, torch::Tensor> tensors;
    for (const NamedTensor& each : model.parameters()) {
      tensors[each.name] = each.tensor.detach();
    }
    const auto affine = [&](const torch::Tensor& x, const std::string& name) {
      return torch::matmul(x, tensors.at(name + ".weight")[0]) + tensors.at(name + ".bias")[0];
    };
    torch::Tensor h = batch.only().x;
    for (const char* layer : {"encoder.1", "encoder.2", "encoder.3"}) {
      h = torch::relu(affine(h, layer));
    }
    const torch::Tensor q = torch::softmax(affine(h, "type_head"), -1);
    const torch::Tensor mean = affine(h, "state_mean");
    const torch::Tensor variance = torch::sigmoid(affine(h, "state_variance"));
    torch::Tensor y =
        torch::cat({torch::eye(kTypes, torch::kFloat64).index_select(0, q.argmax(-1)), mean}, -1);
    for (const char* layer : {"decoder.1", "decoder.2", "decoder.3"}) {
      y = torch::relu(affine(y, layer));
    }
    y = affine(y, "decoder.4");
    for (std::int64_t n = 0; n < kCells; ++n) {
      for (std::int64_t k = 0; k < kTypes; ++k) {
        const double p = q[n][k].item<double>();
        kl_type += p * std::log(p * kTypes) / kCells;
      }
      for (std::int64_t s = 0; s < mean.size(1); ++s) {
        const double m = mean[n][s].item<double>();
        const double v = variance[n][s].item<double>();
        kl_state += (m * m + v - 1 - std::log(v)) / 2 / kCells;
      }
      for (std::int64_t d = 0; d < kFeatures; ++d) {
        const double r = (y[n][d] - batch.only().x[n][d]).item<double>();
        reconstruction += r * r / 2 / kCells;
      }
    }
  }
};

/// The objective with these capacities.
double objective(const ByHand& known, double reconstruction, const CapacityOptions& capacity,
                 double state_capacity, double type_capacity) {
  const double capacities = capacity.state_weight * std::abs(state_capacity - known.kl_state) +
                            capacity.type_weight * std::abs(type_capacity - known.kl_type);
  return capacity.scale == JointScale::objective ? (reconstruction + capacities) / kFeatures
                                                 : reconstruction / kFeatures + capacities;
}

TEST(JointVae, ObjectivesAreTheFormulaWrittenOut) {
  for (const JointScale scale : {JointScale::objective, JointScale::reconstruction}) {
    JointVaeOptions options = small_options();
    options.capacity.scale = scale;
    JointVae model({kFeatures, kTypes}, options, 5);
    model.to_double();
    const Batch batch = small_batch(5);  // half of the way
    const ByHand known(model, batch);
    auto training = numbers(model.training_loss(batch));
    EXPECT_NEAR(training["kl_state"], known.kl_state, 1e-6);
    EXPECT_NEAR(training["kl_type"], known.kl_type, 1e-6);
    EXPECT_NEAR(training["state_capacity"], std::abs(1.0 - known.kl_state), 1e-6);
    EXPECT_NEAR(training["type_capacity"], std::abs(0.4 - known.kl_type), 1e-6);
    EXPECT_NEAR(training["loss"],
                objective(known, training["reconstruction"], options.capacity, 1, 0.4), 1e-6);
    auto validation = numbers(model.validation_loss(batch));
    EXPECT_NEAR(validation["reconstruction"], known.reconstruction, 1e-6);
    EXPECT_NEAR(validation["loss"],
                objective(known, known.reconstruction, options.capacity, 2, 0.8), 1e-6);
  }
}

TEST(JointVae, TermsHaveTheirOrder) {
  JointVae model({kFeatures, kTypes}, small_options(), 5);
  model.to_double();
  const LossTerms terms = model.training_loss(small_batch());
  const std::vector<std::string> names{"loss",          "reconstruction", "state_capacity",
                                       "type_capacity", "kl_state",       "kl_type"};
  ASSERT_EQ(terms.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(terms[i].first, names[i]);
  }
}

TEST(JointVae, CapacitiesRiseWithTheStepsAndTheTypesHasALimit) {
  JointVaeOptions options = small_options();
  options.capacity.type_capacity = 5;  // of which log 3 count
  JointVae model({kFeatures, kTypes}, options, 5);
  model.to_double();
  const ByHand known(model, small_batch());
  const auto expect_capacities = [&](std::uint64_t step, double state, double type) {
    SCOPED_TRACE(step);
    Batch batch = small_batch(step);
    for (const bool on_device : {false, true}) {
      if (on_device) {
        batch.step = 77;  // does not count then
        batch.step_on_device = torch::full({}, static_cast<std::int64_t>(step), torch::kInt64);
      }
      auto terms = numbers(model.training_loss(batch));
      EXPECT_NEAR(terms["state_capacity"], std::abs(state - known.kl_state), 1e-6);
      EXPECT_NEAR(terms["type_capacity"], std::abs(type - known.kl_type), 1e-6);
    }
  };
  expect_capacities(0, 0, 0);
  expect_capacities(1, 0.2, 0.5);
  expect_capacities(2, 0.4, 1.0);
  expect_capacities(5, 1, std::log(3.0));
  expect_capacities(10, 2, std::log(3.0));
  expect_capacities(1000, 2, std::log(3.0));
  auto validation = numbers(model.validation_loss(small_batch(0)));
  EXPECT_NEAR(validation["state_capacity"], std::abs(2 - known.kl_state), 1e-6);
  EXPECT_NEAR(validation["type_capacity"], std::abs(std::log(3.0) - known.kl_type), 1e-6);
}

TEST(JointVae, HasTheGradientOfFiniteDifferences) {
  for (const LikelihoodKind likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
    for (const JointScale scale : {JointScale::objective, JointScale::reconstruction}) {
      for (const EncoderNorm norm : {EncoderNorm::batch, EncoderNorm::none}) {
        JointVaeOptions options = small_options();
        options.likelihood.likelihood = likelihood;
        options.capacity.scale = scale;
        options.encoder_norm.norm = norm;
        options.input.input_dropout = 0.2;
        JointVae model({kFeatures, kTypes}, options, 5);
        EXPECT_LT(gradient_error(model, small_batch()), 1e-5)
            << static_cast<int>(likelihood) << " " << static_cast<int>(scale) << " "
            << static_cast<int>(norm);
      }
    }
  }
}

JointVaeOptions image_options() {
  JointVaeOptions options = small_options();
  options.network = {.network = NetworkKind::convolutional,
                     .channels = {"3", "2"},
                     .decoder_channels = {"3", "2"}};
  options.likelihood.likelihood = LikelihoodKind::bernoulli;
  return options;
}

Batch image_batch(std::int64_t pixels) {
  Batch batch;
  batch.only().x = nn::uniform({kCells, pixels}, {21, Purpose::test, 0}, torch::kFloat64);
  batch.step = 3;
  return batch;
}

TEST(JointVae, OfImagesHasTheGradientOfFiniteDifferences) {
  for (const LikelihoodKind likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
    JointVaeOptions options = image_options();
    options.likelihood.likelihood = likelihood;
    options.input.input_dropout = 0.2;
    JointVae model({36, kTypes}, options, 5);
    EXPECT_LT(gradient_error(model, image_batch(36)), 1e-5) << static_cast<int>(likelihood);
  }
}

TEST(JointVae, OfImagesInfersAndGeneratesImages) {
  JointVae model({36, kTypes}, image_options(), 5);
  EXPECT_FALSE(model.reads_sparse_rows({}));
  Batch batch = image_batch(36);
  batch.only().x = batch.only().x.to(torch::kFloat32);
  EXPECT_EQ(model.infer(batch).latent.sizes(), (std::vector<std::int64_t>{1, kCells, 4}));
  const torch::Tensor images = model.generate({.type = 1, .count = 5, .seed = 3});
  EXPECT_EQ(images.sizes(), (std::vector<std::int64_t>{5, 36}));
  EXPECT_TRUE((images.gt(0) & images.lt(1)).all().item<bool>());
  double parameters = 0;
  for (const NamedTensor& each : model.parameters()) {
    parameters += static_cast<double>(each.tensor.numel());
  }
  // 8 x 8 of 1 channel -> 4 x 4 of 3 -> 2 x 2 of 2 -> back by 3 and 2 channels.
  EXPECT_EQ(model.products_per_cell() - parameters, 16 * (3 * 15 + 6 * 3) + 16 * (6 * 3 + 2 * 15));
  EXPECT_EQ(model.values_per_cell(), 64 + 48 + 8 + 32 + 64);
}

TEST(JointVae, OfImagesRefusesWhatIsNone) {
  try {
    JointVae({35, kTypes}, image_options(), 5);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("35"), std::string::npos) << error.what();
  }
}

void expect_same_training(const JointVaeOptions& options, const Batch& fused_batch,
                          const Batch& plain_batch) {
  JointVae fused({300, kTypes}, options, 5);
  JointVae plain({300, kTypes}, options, 5);
  expect_same_training(fused, plain, fused_batch, plain_batch,
                       [](const std::string&) { return false; });
}

TEST(JointVae, KernelsAndSparseRowsAgreeWithTensorOperations) {
  for (const EncoderNorm norm : {EncoderNorm::none, EncoderNorm::batch}) {
    for (const LikelihoodKind likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
      for (const std::int64_t copies : {0, 1}) {
        SCOPED_TRACE(testing::Message() << static_cast<int>(norm) << " "
                                        << static_cast<int>(likelihood) << " " << copies);
        JointVaeOptions options = small_options();
        options.encoder_norm.norm = norm;
        options.likelihood.likelihood = likelihood;
        options.input.input_dropout = 0.3;
        TwoForms forms(33, 300, copies, 1);
        expect_same_training(options, forms.dense, forms.dense);
        expect_same_training(options, forms.sparse, forms.dense);
        forms.reconstruct_cells();
        expect_same_training(options, forms.sparse, forms.dense);
      }
    }
  }
}

TEST(JointVae, SparseRowsAreForKernels) {
  const JointVae model({kFeatures, kTypes}, small_options(), 5);
  EXPECT_TRUE(model.reads_sparse_rows({}));
  EXPECT_FALSE(model.reads_sparse_rows({.fused = false}));
}

TEST(JointVae, InferenceIsDeterministicAndShaped) {
  JointVae model({kFeatures, kTypes}, small_options(), 5);
  model.to_double();
  const Batch batch = small_batch();
  const Posterior posterior = model.infer(batch);
  EXPECT_EQ(posterior.type_probs.sizes(), (std::vector<std::int64_t>{1, kCells, kTypes}));
  EXPECT_EQ(posterior.state.sizes(), (std::vector<std::int64_t>{1, kCells, 2}));
  EXPECT_EQ(posterior.latent.sizes(), (std::vector<std::int64_t>{1, kCells, 4}));
  EXPECT_EQ(posterior.reconstruction_error.sizes(), (std::vector<std::int64_t>{1, kCells}));
  EXPECT_NEAR(posterior.reconstruction_error.mean().item<double>(),
              ByHand(model, batch).reconstruction, 1e-9);
  EXPECT_TRUE(torch::equal(posterior.state, model.infer(small_batch(8)).state));
}

TEST(JointVae, TheSameStepGivesTheSameLossAndAnotherStepAnother) {
  JointVae model({kFeatures, kTypes}, small_options(), 5);
  model.to_double();
  const auto error = [&](std::uint64_t step) {
    return numbers(model.training_loss(small_batch(step)))["reconstruction"];
  };
  EXPECT_EQ(error(3), error(3));
  EXPECT_NE(error(3), error(4));
}

TEST(JointVae, APrunedTypeIsNeverUsedAgain) {
  JointVae model({kFeatures, kTypes}, small_options(), 5);
  model.to_double();
  model.prune_type(1);
  EXPECT_FALSE(model.kept_types()[1].item<bool>());
  EXPECT_EQ(model.infer(small_batch()).type_probs.select(-1, 1).abs().max().item<double>(), 0);
  model.training_loss(small_batch()).front().second.backward();
  for (const NamedTensor& parameter : model.parameters()) {
    EXPECT_TRUE(parameter.tensor.grad().isfinite().all().item<bool>()) << parameter.name;
    if (parameter.name == "type_head.weight") {
      EXPECT_EQ(parameter.tensor.grad().select(2, 1).abs().max().item<double>(), 0);
    }
  }
}

TEST(JointVae, GeneratesCellsOfATypeFromThePrior) {
  for (const LikelihoodKind likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
    JointVaeOptions options = small_options();
    options.likelihood.likelihood = likelihood;
    JointVae model({kFeatures, kTypes}, options, 5);
    const Generation wanted{.type = 1, .count = 11, .seed = 3};
    const torch::Tensor cells = model.generate(wanted);
    EXPECT_EQ(cells.sizes(), (std::vector<std::int64_t>{11, kFeatures}));
    EXPECT_TRUE(torch::equal(cells, model.generate(wanted)));
    Generation other = wanted;
    other.seed = 4;
    EXPECT_FALSE(torch::equal(cells, model.generate(other)));
    other = wanted;
    other.type = 2;
    EXPECT_FALSE(torch::equal(cells, model.generate(other)));
    other = wanted;
    other.spread = 0;
    const torch::Tensor still = model.generate(other);
    EXPECT_TRUE(torch::allclose(still, still[0].expand_as(still)));
    other = wanted;
    other.values = GeneratedValues::sample;
    const torch::Tensor sampled = model.generate(other);
    EXPECT_FALSE(torch::allclose(sampled, cells));
    if (likelihood == LikelihoodKind::bernoulli) {
      EXPECT_TRUE((cells.gt(0) & cells.lt(1)).all().item<bool>());
      EXPECT_TRUE((sampled.eq(0) | sampled.eq(1)).all().item<bool>());
    }
  }
}

TEST(JointVae, AwkwardSizesWork) {
  for (const std::int64_t states : {0, 1}) {
    JointVaeOptions options = small_options();
    options.states.states = states;
    JointVae model({1, 1}, options, 5);
    Batch batch;
    batch.only().x = torch::rand({2, 1});
    EXPECT_TRUE(std::isfinite(numbers(model.training_loss(batch))["loss"])) << states;
    EXPECT_TRUE(std::isfinite(numbers(model.validation_loss(batch))["loss"])) << states;
  }
}

TEST(JointVae, HasNoStatesToLearnAlone) {
  JointVae model({kFeatures, kTypes}, small_options(), 5);
  model.learn(Objective::whole);
  EXPECT_THROW(model.learn(Objective::states), Bug);
}

}  // namespace joint_vae_test
}  // namespace mixvae::models
