#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/cascade_vae.hpp"
#include "models/cpl_mixvae.hpp"
#include "models/info_gan.hpp"
#include "models/joint_vae.hpp"
#include "models/moe_sim_vae.hpp"
#include "models/registry.hpp"
#include "models/vade.hpp"
#include "support/preset_options.hpp"
#include "training/learner.hpp"
#include "training/training_step.hpp"

// Models and batches for tests of training steps in the form that a device repeats by itself.

namespace mixvae::training {

constexpr std::int64_t kCells = 24;
constexpr std::int64_t kFeatures = 7;
constexpr std::int64_t kTypes = 4;

struct Case {
  std::string name;
  std::string model;
  models::ModelOptions options;
  std::int64_t features = kFeatures;
  bool similarity = false;
  bool known = false;        // known types, and a prior over them
  bool start = false;        // starting types
  bool states_only = false;  // with starting states
  models::Objective objective = models::Objective::whole;
  bool fused = false;  // kernels where there are any, else tensor operations alone, as a
                       // device runs them
};

/// A model of few units with the settings of a preset.
template <class T>
T small(const std::string& model, const std::string& preset) {
  T options = support::preset_options<T>(model, preset);
  options.encoder.hidden = 6;
  options.encoder.latent = 4;
  return options;
}

/// Cases of cpl-mixVAE.
inline std::vector<Case> cpl_cases() {
  auto published = small<models::CplMixVaeOptions>("cpl-mixvae", "published");
  published.encoder.hidden_layers = 2;
  auto plain = published;
  plain.state_head.state_dropout = 0.2;
  auto experts = published;
  experts.output.output = models::OutputActivation::linear;
  experts.decoder.decoder = models::DecoderKind::experts;
  experts.type_sample.hard = true;
  auto bernoulli = published;
  bernoulli.output.output = models::OutputActivation::linear;
  bernoulli.likelihood.likelihood = models::LikelihoodKind::bernoulli;
  bernoulli.state_head.state_encoder = models::StateEncoder::own;
  const models::ModelOptions rule(small<models::CplMixVaeOptions>("cpl-mixvae", "default"));
  const std::string model = "cpl-mixvae";
  return {
      {.name = "published", .model = model, .options = models::ModelOptions(plain)},
      {.name = "experts",
       .model = model,
       .options = models::ModelOptions(experts),
       .similarity = true},
      {.name = "bernoulli", .model = model, .options = models::ModelOptions(bernoulli)},
      {.name = "default, known types", .model = model, .options = rule, .known = true},
      {.name = "default, starting types", .model = model, .options = rule, .start = true},
      {.name = "default, states alone",
       .model = model,
       .options = rule,
       .states_only = true,
       .objective = models::Objective::states},
  };
}

/// Cases of MoE-Sim-VAE: its objectives, an encoder of images, known types.
inline std::vector<Case> moe_cases() {
  const std::string model = "moe-sim-vae";
  const auto rule = small<models::MoeSimVaeOptions>(model, "default");
  auto dense = rule;
  dense.encoder.hidden_layers = 2;
  auto images = rule;
  images.encoder_kind = {.kind = models::EncoderKind::convolutional,
                         .convolutions = {"3", "pool", "2x3/2"},
                         .image_width = 6};
  const models::ModelOptions paper(small<models::MoeSimVaeOptions>(model, "paper-exact"));
  const models::ModelOptions reference(small<models::MoeSimVaeOptions>(model, "reference"));
  return {
      {.name = "moe", .model = model, .options = models::ModelOptions(dense), .similarity = true},
      {.name = "moe, convolutional",
       .model = model,
       .options = models::ModelOptions(images),
       .features = 30},
      {.name = "moe, paper-exact",
       .model = model,
       .options = paper,
       .similarity = true,
       .known = true},
      {.name = "moe, reference",
       .model = model,
       .options = reference,
       .similarity = true,
       .known = true},
      {.name = "moe, starting types",
       .model = model,
       .options = models::ModelOptions(rule),
       .start = true},
  };
}

/// Cases of JointVAE, whose capacities rise over the steps.
inline std::vector<Case> joint_cases() {
  const std::string model = "jointvae";
  auto plain = small<models::JointVaeOptions>(model, "default");
  plain.capacity.capacity_steps = 4;
  auto images = small<models::JointVaeOptions>(model, "mnist");
  images.capacity.capacity_steps = 10;
  images.network = {.network = models::NetworkKind::convolutional,
                    .channels = {"3", "2"},
                    .decoder_channels = {"3", "2"}};
  auto pixels = images;
  pixels.network = {};
  return {
      {.name = "jointvae", .model = model, .options = models::ModelOptions(plain)},
      {.name = "jointvae, bernoulli", .model = model, .options = models::ModelOptions(pixels)},
      {.name = "jointvae, images",
       .model = model,
       .options = models::ModelOptions(images),
       .features = 36},
  };
}

/// Cases of CascadeVAE, whose steps a device cannot repeat by itself: the host finds the types.
inline std::vector<Case> cases_of_the_host() {
  const std::string model = "cascadevae";
  auto plain = small<models::CascadeVaeOptions>(model, "default");
  plain.objective.congestion = 0.5;
  const models::ModelOptions images(small<models::CascadeVaeOptions>(model, "mnist"));
  return {
      {.name = "cascadevae", .model = model, .options = models::ModelOptions(plain)},
      {.name = "cascadevae, bernoulli", .model = model, .options = images},
  };
}

/// Cases of VaDE: its ELBO, and the autoencoder before it.
inline std::vector<Case> vade_cases() {
  const std::string model = "vade";
  const auto tiny = [&model](const std::string& preset) {
    auto options = small<models::VadeOptions>(model, preset);
    options.wide.wide_hidden = 8;
    return models::ModelOptions(options);
  };
  return {
      {.name = "vade", .model = model, .options = tiny("default")},
      {.name = "vade, bernoulli", .model = model, .options = tiny("mnist")},
      {.name = "vade, reference", .model = model, .options = tiny("reference")},
      {.name = "vade, autoencoder",
       .model = model,
       .options = tiny("default"),
       .objective = models::Objective::reconstruction},
  };
}

/// InfoGAN, whose two players step in turn.
inline std::vector<Case> info_cases() {
  const std::string model = "infogan";
  const models::ModelOptions plain(small<models::InfoGanOptions>(model, "default"));
  return {{.name = "infogan", .model = model, .options = plain}};
}

/// InfoGAN of images. What it generates at first varies little, so that the discriminator's norm
/// enlarges rounding errors: several steps in two forms do not stay near each other.
inline Case info_images() {
  const std::string model = "infogan";
  auto images = small<models::InfoGanOptions>(model, "mnist");
  images.network.image_width = 6;
  return {.name = "infogan, convolutional",
          .model = model,
          .options = models::ModelOptions(images),
          .features = 36};
}

/// Cases whose steps a device can repeat.
inline std::vector<Case> cases() {
  std::vector<Case> all = cpl_cases();
  for (const std::vector<Case>& more : {moe_cases(), joint_cases(), vade_cases(), info_cases()}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

/// [1, kCells] types that are known of every third cell, -1 for the others.
inline torch::Tensor some_types() {
  const torch::Tensor cell =
      torch::arange(kCells, torch::TensorOptions().dtype(torch::kInt64)).unsqueeze(0);
  return torch::where(cell.remainder(3).eq(0), cell.remainder(kTypes), torch::full_like(cell, -1));
}

inline models::Batch batch_of(const Case& one, std::uint64_t step) {
  models::Batch batch;
  batch.only().x = torch::sigmoid(
      nn::normal({kCells, one.features}, {1, Purpose::test, step}, torch::TensorOptions()));
  if (one.similarity) {
    batch.similarity = torch::eye(kCells);
    batch.similarity_weight = torch::ones({kCells, kCells});
  }
  if (one.known) {
    batch.known = some_types();
    batch.prior = torch::full({kCells, kTypes}, 1.0 / kTypes);
  }
  if (one.start) {
    batch.start = some_types();
    batch.start_weight = torch::full({1, kCells}, 0.5);
  }
  if (one.states_only) {
    const auto& states = one.options.as<models::CplMixVaeOptions>().states;
    batch.state_start = nn::normal({1, kCells, states.states}, {2, Purpose::test, step}, {});
  }
  batch.step = step;
  batch.execution.fused = one.fused;
  return batch;
}

/// A model with its learners, and the steps taken with them.
struct Training {
  std::unique_ptr<models::Model> model;
  Learners learners;
  torch::Tensor sums;
  TrainingStep step;
  std::vector<std::string> names;

  Training(const Case& one, StepForm form, torch::Device device = torch::kCPU)
      : model(made(one, device)),
        learners(learners_of(*model, {.epsilon = 1e-3, .weight_decay = 0.01, .gradient_clip = 1})),
        sums(torch::zeros({16}, values().options().dtype(torch::kFloat64))),
        step(learners, sums, form) {}

  nn::Adam& adam() { return learners.front()->adam(); }
  torch::Tensor& values() { return learners.front()->bank().values(); }

  static std::unique_ptr<models::Model> made(const Case& one, torch::Device device) {
    auto model = models::model_spec(one.model).make({one.features, kTypes}, one.options, 5);
    model->to(device);
    model->learn(one.objective);
    return model;
  }
};

}  // namespace mixvae::training
