#include "models/info_gan.hpp"

#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "models/gradient_error.hpp"
#include "nn/random.hpp"
#include "support/refusal.hpp"

namespace mixvae::models {
namespace info_gan_test {

constexpr std::int64_t kCells = 9;
constexpr std::int64_t kFeatures = 36;
constexpr std::int64_t kTypes = 3;

InfoGanOptions small_options(NetworkKind network = NetworkKind::dense) {
  InfoGanOptions options;
  options.encoder = {.hidden = 8, .hidden_layers = 2, .latent = 5};
  options.network.network = network;
  options.generator.noise_dimensions = 4;
  options.information = {.type_information = 0.7, .state_information = 0.3};
  return options;
}

Batch small_batch(std::uint64_t step = 3) {
  Batch batch;
  batch.only().x = nn::uniform({kCells, kFeatures}, {21, Purpose::test, 0}, torch::kFloat64);
  batch.step = step;
  return batch;
}

InfoGan in_double(const InfoGanOptions& options) {
  InfoGan model({kFeatures, kTypes}, options, 5);
  model.to_double();
  return model;
}

std::map<std::string, double> numbers(const LossTerms& terms) {
  std::map<std::string, double> values;
  for (const auto& [name, value] : terms) {
    values[name] = value.item<double>();
  }
  return values;
}

/// Tensors by name, as they are now.
std::map<std::string, torch::Tensor> state_of(InfoGan& model) {
  std::map<std::string, torch::Tensor> tensors;
  model.visit([&](const std::string& name, torch::Tensor& tensor, TensorKind) {
    tensors[name] = tensor.detach().clone();
  });
  return tensors;
}

/// InfoGAN of dense layers, written from the paper and the authors' program by plain operations.
struct ByHand {
  std::map<std::string, torch::Tensor> tensors;

  torch::Tensor affine(const torch::Tensor& x, const std::string& layer) const {
    return torch::matmul(x, tensors.at(layer + ".weight")) + tensors.at(layer + ".bias");
  }
  torch::Tensor normed(const torch::Tensor& x, const std::string& layer, bool of_batch) const {
    const torch::Tensor h = torch::matmul(x, tensors.at(layer + ".weight"));
    const torch::Tensor mean = of_batch ? h.mean(0) : tensors.at(layer + ".running_mean");
    const torch::Tensor variance =
        of_batch ? (h - mean).square().mean(0) : tensors.at(layer + ".running_variance");
    return (h - mean) / (variance + 1e-5).sqrt() * tensors.at(layer + ".scale") +
           tensors.at(layer + ".bias");
  }
  static torch::Tensor leaky(const torch::Tensor& x) { return torch::where(x > 0, x, 0.01 * x); }

  torch::Tensor hidden(const torch::Tensor& x, bool of_batch) const {
    return leaky(normed(leaky(affine(x, "trunk.dense.1")), "trunk.dense.2", of_batch));
  }
  torch::Tensor generated(const torch::Tensor& code, bool of_batch) const {
    torch::Tensor h = torch::relu(normed(code, "generator.dense.1", of_batch));
    h = torch::relu(normed(h, "generator.dense.2", of_batch));
    return affine(h, "generator.dense.3");
  }
  torch::Tensor realness(const torch::Tensor& hidden) const {
    return affine(hidden, "realness").squeeze(1);
  }
  torch::Tensor heads(const torch::Tensor& hidden, bool of_batch) const {
    return affine(leaky(normed(hidden, "recognition", of_batch)), "heads");
  }
};

/// Noise, states and types of a step's draw for a player: U(-1, 1), U(-1, 1), uniform.
struct Drawn {
  torch::Tensor code;  // [B, Z + K + S]
  std::vector<std::int64_t> type;
  torch::Tensor state;  // [B, S]

  Drawn(std::uint64_t step, std::uint64_t player) {
    const torch::Tensor u =
        nn::uniform({kCells, 7}, {5, Purpose::code_noise, 2 * step + player}, torch::kFloat64);
    state = 2 * u.narrow(1, 4, 2) - 1;
    const torch::Tensor one_hot = torch::zeros({kCells, kTypes}, torch::kFloat64);
    for (std::int64_t n = 0; n < kCells; ++n) {
      type.push_back(static_cast<std::int64_t>(u[n][6].item<double>() * kTypes));
      one_hot[n][type.back()] = 1;
    }
    code = torch::cat({2 * u.narrow(1, 0, 4) - 1, one_hot, state}, 1);
  }
};

struct Information {
  double type = 0;
  double state = 0;

  Information(const Drawn& drawn, const torch::Tensor& heads)
      : type(std::log(kTypes)), state(2 * std::log(2.0)) {
    const torch::Tensor q = torch::softmax(heads.narrow(1, 0, kTypes), 1);
    const torch::Tensor mean = heads.narrow(1, kTypes, 2);
    for (std::int64_t n = 0; n < kCells; ++n) {
      type += std::log(q[n][drawn.type[static_cast<std::size_t>(n)]].item<double>()) / kCells;
      for (std::int64_t s = 0; s < 2; ++s) {
        const double distance = (drawn.state[n][s] - mean[n][s]).item<double>();
        state -= (std::log(2 * M_PI) + distance * distance) / 2 / kCells;
      }
    }
  }
};

double mean_log_sigmoid(const torch::Tensor& logits) {
  return torch::log(torch::sigmoid(logits)).mean().item<double>();
}

TEST(InfoGan, LossesOfBothPlayersAreTheFormulasWrittenOut) {
  InfoGan model = in_double(small_options());
  const ByHand by_hand{state_of(model)};
  const Batch batch = small_batch(3);
  {
    const Drawn drawn(3, 0);
    const torch::Tensor real = by_hand.realness(by_hand.hidden(batch.only().x, true));
    const torch::Tensor hidden = by_hand.hidden(by_hand.generated(drawn.code, true), true);
    const Information information(drawn, by_hand.heads(hidden, true));
    auto found = numbers(model.discriminator_loss(batch));
    EXPECT_NEAR(found["real"], -mean_log_sigmoid(real), 1e-9);
    EXPECT_NEAR(found["generated"], -mean_log_sigmoid(-by_hand.realness(hidden)), 1e-9);
    EXPECT_NEAR(found["type_information"], information.type, 1e-7);
    EXPECT_NEAR(found["state_information"], information.state, 1e-7);
    EXPECT_NEAR(
        found["loss"],
        found["real"] + found["generated"] - 0.7 * information.type - 0.3 * information.state,
        1e-7);
  }
  const Drawn drawn(3, 1);
  const torch::Tensor hidden = by_hand.hidden(by_hand.generated(drawn.code, true), true);
  const Information information(drawn, by_hand.heads(hidden, true));
  auto found = numbers(model.generator_loss(batch));
  EXPECT_NEAR(found["generated"], -mean_log_sigmoid(by_hand.realness(hidden)), 1e-9);
  EXPECT_NEAR(found["loss"], found["generated"] - 0.7 * information.type - 0.3 * information.state,
              1e-7);
}

TEST(InfoGan, InferenceReadsRunningStatisticsOfRealCells) {
  InfoGan model = in_double(small_options());
  const Batch batch = small_batch();
  for (int step = 0; step < 200; ++step) {  // the running statistics become the batch's
    model.discriminator_loss(batch);
    model.generator_loss(batch);
  }
  const ByHand by_hand{state_of(model)};
  const Posterior posterior = model.infer(batch);
  const torch::Tensor heads = by_hand.heads(by_hand.hidden(batch.only().x, false), false);
  const torch::Tensor q = torch::softmax(heads.narrow(1, 0, kTypes), 1);
  EXPECT_TRUE(torch::allclose(posterior.type_probs[0], q, 1e-6));
  EXPECT_TRUE(torch::allclose(posterior.state[0], heads.narrow(1, kTypes, 2), 1e-6));
  EXPECT_EQ(posterior.latent.sizes(), (std::vector<std::int64_t>{1, kCells, 5}));
  EXPECT_TRUE(posterior.state_variance.eq(1).all().item<bool>());
  // Unbiased where the batch's own are not: as near as the cells are many.
  const torch::Tensor of_batch = by_hand.heads(by_hand.hidden(batch.only().x, true), true);
  EXPECT_LT((heads - of_batch).abs().max().item<double>(),
            0.1 * of_batch.abs().max().item<double>());
  const torch::Tensor code = torch::cat(
      {torch::zeros({kCells, 4}, torch::kFloat64),
       torch::eye(kTypes, torch::kFloat64).index_select(0, q.argmax(1)), posterior.state[0]},
      1);
  const torch::Tensor error = (by_hand.generated(code, false) - batch.only().x).square().sum(1) / 2;
  EXPECT_TRUE(torch::allclose(posterior.reconstruction_error[0], error, 1e-6));
  auto validation = numbers(model.validation_loss(batch));
  EXPECT_NEAR(validation["reconstruction"], error.mean().item<double>(), 1e-6);
  EXPECT_NEAR(validation["loss"], error.mean().item<double>() / kFeatures, 1e-6);
  EXPECT_NEAR(validation["type_entropy"], -(q * q.log()).sum(1).mean().item<double>(), 1e-6);
  EXPECT_TRUE(torch::equal(model.infer(small_batch(8)).state, posterior.state));
}

TEST(InfoGan, BothPlayersHaveTheGradientsOfFiniteDifferences) {
  for (const NetworkKind network : {NetworkKind::dense, NetworkKind::convolutional}) {
    for (const LikelihoodKind likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
      InfoGanOptions options = small_options(network);
      options.likelihood.likelihood = likelihood;
      InfoGan model = in_double(options);
      const Batch batch = small_batch();
      // Layers of images have thousands of units, of which some are always near their kink.
      const double step = network == NetworkKind::dense ? 1e-6 : 3e-9;
      for (const Player& player : model.players()) {
        EXPECT_LT(gradient_error(
                      player.parameters, [&] { return player.loss(batch); }, step),
                  1e-11 / step)
            << player.name << " " << static_cast<int>(network) << " "
            << static_cast<int>(likelihood);
      }
    }
  }
}

TEST(InfoGan, HasTwoPlayersThatShareNothing) {
  InfoGan model({kFeatures, kTypes}, small_options(), 5);
  const std::vector<Player> players = model.players();
  ASSERT_EQ(players.size(), 2U);
  EXPECT_EQ(players[0].name, "discriminator");
  EXPECT_EQ(players[1].name, "generator");
  EXPECT_EQ(players[0].learning_rate_factor, 1);
  EXPECT_EQ(players[1].learning_rate_factor, 5);
  std::set<std::string> names;
  for (const Player& player : players) {
    for (const NamedTensor& parameter : player.parameters) {
      EXPECT_TRUE(names.insert(parameter.name).second) << parameter.name;
      EXPECT_EQ(parameter.name.starts_with("generator."), player.name == "generator")
          << parameter.name;
    }
  }
  EXPECT_EQ(names.size(), model.parameters().size());
  EXPECT_TRUE(names.contains("heads.weight")) << "Q learns with the discriminator";
}

TEST(InfoGan, EachPlayersLossLeavesTheOthersGradientsAndStatisticsAlone) {
  InfoGan model = in_double(small_options());
  const Batch batch = small_batch();
  for (const Player& player : model.players()) {
    for (const NamedTensor& parameter : model.parameters()) {
      parameter.tensor.mutable_grad() = torch::Tensor();
    }
    const auto before = state_of(model);
    term_named(player.loss(batch), "loss").backward();
    const bool generator = player.name == "generator";
    for (const NamedTensor& parameter : model.parameters()) {
      const bool own = parameter.name.starts_with("generator.") == generator;
      EXPECT_EQ(parameter.tensor.grad().defined(), own) << player.name << " " << parameter.name;
    }
    for (const NamedTensor& buffer : model.buffers()) {
      const bool own =
          buffer.name != "kept_types" && buffer.name.starts_with("generator.") == generator;
      EXPECT_EQ(torch::equal(buffer.tensor, before.at(buffer.name)), !own)
          << player.name << " " << buffer.name;
    }
  }
}

TEST(InfoGan, HasThePublishedNetworksForDigits) {
  InfoGanOptions options;
  options.network.network = NetworkKind::convolutional;
  options.encoder.latent = 128;
  InfoGan model({784, 10}, options, 5);
  std::map<std::string, std::vector<std::int64_t>> shapes;
  for (const NamedTensor& parameter : model.parameters()) {
    shapes[parameter.name] = parameter.tensor.sizes().vec();
  }
  using Shape = std::vector<std::int64_t>;
  EXPECT_EQ(shapes["trunk.convolution.1.weight"], (Shape{64, 1, 4, 4}));
  EXPECT_EQ(shapes["trunk.convolution.2.weight"], (Shape{128, 64, 4, 4}));
  EXPECT_EQ(shapes["trunk.dense.1.weight"], (Shape{6272, 1024}));
  EXPECT_EQ(shapes["realness.weight"], (Shape{1024, 1}));
  EXPECT_EQ(shapes["recognition.weight"], (Shape{1024, 128}));
  EXPECT_EQ(shapes["heads.weight"], (Shape{128, 12}));
  EXPECT_EQ(shapes["generator.dense.1.weight"], (Shape{74, 1024}));
  EXPECT_EQ(shapes["generator.dense.2.weight"], (Shape{1024, 6272}));
  EXPECT_EQ(shapes["generator.transposed.1.weight"], (Shape{128, 64, 4, 4}));
  EXPECT_EQ(shapes["generator.transposed.2.weight"], (Shape{64, 1, 4, 4}));
  EXPECT_FALSE(shapes.contains("trunk.convolution.1.scale")) << "no norm after the first layer";
  EXPECT_TRUE(shapes.contains("trunk.convolution.2.scale"));
  // Parameters once, and the convolutions at 14 x 14 and 7 x 7 pixels in both networks.
  double products = 0;
  for (const NamedTensor& parameter : model.parameters()) {
    products += static_cast<double>(parameter.tensor.numel());
  }
  products += 2 * (195 * 16 * 64 + 48 * 16 * 64 * 128);
  EXPECT_EQ(model.products_per_cell(), products);
}

TEST(InfoGan, ImagesOfAnySizeFit) {
  for (const auto& [features, width] :
       std::vector<std::pair<std::int64_t, std::int64_t>>{{49, 7}, {30, 5}, {24, 6}}) {
    InfoGanOptions options = small_options(NetworkKind::convolutional);
    options.network.image_width = width;
    InfoGan model({features, kTypes}, options, 5);
    Batch batch;
    batch.only().x = torch::rand({4, features});
    for (const Player& player : model.players()) {
      EXPECT_TRUE(std::isfinite(numbers(player.loss(batch))["loss"])) << features;
    }
    EXPECT_EQ(model.generate({.count = 2}).sizes(), (std::vector<std::int64_t>{2, features}));
  }
}

TEST(InfoGan, ConvolutionsNeedImages) {
  using testing::AllOf;
  using testing::HasSubstr;
  InfoGanOptions options = small_options(NetworkKind::convolutional);
  EXPECT_THAT(support::refusal<InputError>([&] {
                InfoGan({35, kTypes}, options, 5);
              }),
              HasSubstr("35"));
  options.network.image_width = 8;
  EXPECT_THAT(support::refusal<InputError>([&] {
                InfoGan({36, kTypes}, options, 5);
              }),
              AllOf(HasSubstr("the cells are no images of this width"), HasSubstr("36 features")));
  options.network.image_width = 3;
  EXPECT_THAT(support::refusal([&] { InfoGan({9, kTypes}, options, 5); }), HasSubstr("3 x 3"));
}

TEST(InfoGan, GeneratesCellsOfATypeFromThePrior) {
  for (const LikelihoodKind likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
    InfoGanOptions options = small_options();
    options.likelihood.likelihood = likelihood;
    InfoGan model({kFeatures, kTypes}, options, 5);
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

TEST(InfoGan, TheSameStepDrawsTheSameAndTheDevicesStepNumberCounts) {
  InfoGan model = in_double(small_options());
  const auto loss = [&](const Batch& batch) {
    return numbers(model.generator_loss(batch))["loss"];
  };
  EXPECT_EQ(loss(small_batch(3)), loss(small_batch(3)));
  EXPECT_NE(loss(small_batch(3)), loss(small_batch(4)));
  Batch on_device = small_batch(77);
  on_device.step_on_device = torch::full({}, std::int64_t{3}, torch::kInt64);
  EXPECT_NEAR(loss(on_device), loss(small_batch(3)), 1e-6);
}

TEST(InfoGan, APrunedTypeIsNeitherGeneratedNorRecognised) {
  InfoGan model = in_double(small_options());
  model.prune_type(1);
  EXPECT_FALSE(model.kept_types()[1].item<bool>());
  EXPECT_EQ(model.infer(small_batch()).type_probs.select(-1, 1).abs().max().item<double>(), 0);
  for (std::uint64_t step = 0; step < 20; ++step) {
    // A type that Q cannot name would cost ln 1e-8 for each cell generated of it.
    EXPECT_GT(numbers(model.generator_loss(small_batch(step)))["type_information"], -1);
  }
}

TEST(InfoGan, AwkwardSizesWork) {
  for (const std::int64_t states : {0, 1}) {
    InfoGanOptions options = small_options();
    options.states.states = states;
    options.encoder.hidden_layers = 1;
    InfoGan model({1, 1}, options, 5);
    Batch batch;
    batch.only().x = torch::rand({2, 1});
    for (const Player& player : model.players()) {
      EXPECT_TRUE(std::isfinite(numbers(player.loss(batch))["loss"])) << states;
    }
    batch.only().x = torch::rand({1, 1});
    EXPECT_TRUE(std::isfinite(numbers(model.validation_loss(batch))["loss"])) << states;
  }
}

}  // namespace info_gan_test
}  // namespace mixvae::models
