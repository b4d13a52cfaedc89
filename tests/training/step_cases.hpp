#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/make_model.hpp"
#include "nn/adam.hpp"
#include "nn/parameter_bank.hpp"
#include "training/training_step.hpp"

// Models and batches for tests of training steps in the form that a device repeats by itself.

namespace mixvae::training {

constexpr std::int64_t kCells = 24;
constexpr std::int64_t kFeatures = 7;
constexpr std::int64_t kTypes = 4;

struct Case {
  std::string name;
  std::string model = "cpl-mixvae";
  models::CplMixVaeOptions options = {};
  std::int64_t features = kFeatures;
  bool similarity = false;
  bool known = false;        // known types, and a prior over them
  bool start = false;        // starting types
  bool states_only = false;  // with starting states
};

inline Case small(const std::string& name, const std::string& model,
                  const models::CplMixVaeOptions& options) {
  Case one{.name = name, .model = model, .options = options};
  one.options.hidden = 6;
  one.options.latent = 4;
  if (model == "cpl-mixvae") {
    one.options.kernels = "plain";
  }
  return one;
}

/// Cases of cpl-mixVAE: of tensor operations alone, as a device runs them.
inline std::vector<Case> cpl_cases() {
  models::CplMixVaeOptions published = models::published_options();
  published.hidden_layers = 2;
  Case plain = small("published", "cpl-mixvae", published);
  plain.options.state_dropout = 0.2;
  Case experts = small("experts", "cpl-mixvae", published);
  experts.options.output = "linear";
  experts.options.decoder = "experts";
  experts.options.hard = true;
  experts.similarity = true;
  Case bernoulli = small("bernoulli", "cpl-mixvae", published);
  bernoulli.options.output = "linear";
  bernoulli.options.likelihood = "bernoulli";
  bernoulli.options.state_encoder = "own";
  Case known = small("default, known types", "cpl-mixvae", models::default_options());
  known.known = true;
  Case start = small("default, starting types", "cpl-mixvae", models::default_options());
  start.start = true;
  Case states = small("default, states alone", "cpl-mixvae", models::default_options());
  states.states_only = true;
  return {plain, experts, bernoulli, known, start, states};
}

/// Cases of MoE-Sim-VAE: its objectives, an encoder of images, known types.
inline std::vector<Case> moe_cases() {
  Case dense = small("moe", "moe-sim-vae", models::moe_sim_vae_options());
  dense.options.hidden_layers = 2;
  dense.similarity = true;
  Case images = small("moe, convolutional", "moe-sim-vae", models::moe_sim_vae_options());
  images.features = 30;
  images.options.encoder = "convolutional";
  images.options.image_width = 6;
  images.options.convolutions = {"3", "pool", "2x3/2"};
  Case paper = small("moe, paper-exact", "moe-sim-vae", models::paper_exact_options());
  paper.similarity = true;
  paper.known = true;
  Case reference = small("moe, reference", "moe-sim-vae", models::reference_options());
  reference.similarity = true;
  reference.known = true;
  Case start = small("moe, starting types", "moe-sim-vae", models::moe_sim_vae_options());
  start.start = true;
  return {dense, images, paper, reference, start};
}

inline std::vector<Case> cases() {
  std::vector<Case> all = cpl_cases();
  const std::vector<Case> moe = moe_cases();
  all.insert(all.end(), moe.begin(), moe.end());
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
  batch.x = torch::sigmoid(
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
    batch.state_start = nn::normal({1, kCells, one.options.states}, {2, Purpose::test, step}, {});
  }
  batch.step = step;
  return batch;
}

/// A model with its optimiser, and the steps taken with them.
struct Training {
  std::unique_ptr<models::Model> model;
  nn::ParameterBank bank;
  nn::Adam adam;
  torch::Tensor sums;
  TrainingStep step;
  std::vector<std::string> names;

  Training(const Case& one, StepForm form, torch::Device device = torch::kCPU)
      : model(made(one, device)),
        bank(tensors(*model)),
        adam(bank, {.epsilon = 1e-3, .weight_decay = 0.01, .gradient_clip = 1}),
        sums(torch::zeros({16}, bank.values().options().dtype(torch::kFloat64))),
        step(*model, adam, sums, form) {}

  static std::unique_ptr<models::Model> made(const Case& one, torch::Device device) {
    auto model = models::make_model(one.model, one.features, kTypes, one.options, 5);
    model->to(device);
    if (one.states_only) {
      model->learn_states_only(true);
    }
    return model;
  }
  static std::vector<torch::Tensor> tensors(models::Model& model) {
    std::vector<torch::Tensor> all;
    for (const models::NamedTensor& parameter : model.parameters()) {
      all.push_back(parameter.tensor);
    }
    return all;
  }
};

}  // namespace mixvae::training
