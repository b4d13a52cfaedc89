#include "device_training.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <vector>

#include "models/cpl_mixvae.hpp"
#include "models/moe_sim_vae.hpp"
#include "models/registry.hpp"
#include "nn/step_graph.hpp"
#include "support/preset_options.hpp"
#include "training/learner.hpp"
#include "training/training_step.hpp"

namespace mixvae {
namespace {

constexpr std::int64_t kCells = 200;
constexpr std::int64_t kTypes = 9;
constexpr std::uint64_t kSteps = 8;
constexpr double kLearningRate = 1e-3;

/// What is allowed. Between the CPU's fused kernels and its tensor operations losses differ by 2e-6
/// and parameters by 0.006 of their way at most.
constexpr double kLossDeviation = 1e-3;
constexpr double kParameterDeviation = 0.05;

/// A model to train, and what is known of its cells.
struct Case {
  std::string name;
  std::string model;
  models::ModelOptions options;
  std::int64_t image_columns = 0;  // images of 17 rows; 0: no images
  bool known = false;              // known types of some cells, and similarities of all
  bool fused = true;               // kernels on the CPU, where there are any
};

/// Cases of cpl-mixVAE. On the CPU's side all but the first run fused kernels, where they can,
/// which round otherwise than tensor operations, as a device does. Types are less sharp and the
/// coupling is weaker than published: otherwise these roundings alone change the third digit in ten
/// steps.
std::vector<Case> cpl_cases() {
  const std::string model = "cpl-mixvae";
  auto plain = support::preset_options<models::CplMixVaeOptions>(model, "published");
  plain.state_head.state_dropout = 0.2;
  plain.type_head.tau = 0.5;
  plain.coupling.variance_floor = 0.1;
  auto experts = plain;
  experts.output.output = models::OutputActivation::linear;
  experts.decoder.decoder = models::DecoderKind::experts;
  auto bernoulli = plain;
  bernoulli.output.output = models::OutputActivation::linear;
  bernoulli.likelihood.likelihood = models::LikelihoodKind::bernoulli;
  return {
      {.name = "cpl-mixvae, tensor operations on both",
       .model = model,
       .options = models::ModelOptions(plain),
       .fused = false},
      {.name = "cpl-mixvae", .model = model, .options = models::ModelOptions(plain)},
      {.name = "cpl-mixvae with experts", .model = model, .options = models::ModelOptions(experts)},
      {.name = "cpl-mixvae, bernoulli", .model = model, .options = models::ModelOptions(bernoulli)},
      {.name = "cpl-mixvae, default rule, known types",
       .model = model,
       .options = support::model_options(model, "default"),
       .known = true}};
}

/// Every other model with each of its presets, and images for the one that reads them.
std::vector<Case> other_cases() {
  std::vector<Case> cases;
  for (const models::ModelSpec& spec : models::model_specs()) {
    for (const models::Preset& preset : spec.presets) {
      if (spec.name != "cpl-mixvae") {
        cases.push_back({.name = spec.name + ", " + preset.name,
                         .model = spec.name,
                         .options = support::model_options(spec.name, preset.name),
                         .known = spec.takes.weak_labels && preset.name != "default"});
      }
    }
  }
  models::MoeSimVaeOptions images;
  images.encoder_kind = {.kind = models::EncoderKind::convolutional,
                         .convolutions = {"16x5/2", "pool", "32"},
                         .image_width = 18};
  cases.push_back({.name = "moe-sim-vae, convolutional",
                   .model = "moe-sim-vae",
                   .options = models::ModelOptions(images),
                   .image_columns = 18});
  return cases;
}

std::int64_t features(const Case& one) {
  return one.image_columns > 0 ? 17 * one.image_columns : 301;
}

models::Batch batch_of(const Case& one, std::uint64_t step, torch::Device device) {
  models::Batch batch;
  batch.only().x = nn::uniform({kCells, features(one)}, {2, Purpose::test, step}, {}).to(device);
  batch.step = step;
  if (one.known) {
    const torch::Tensor type =
        torch::arange(kCells, torch::TensorOptions().dtype(torch::kInt64)).remainder(kTypes);
    batch.known = type.masked_fill(type.gt(4), -1).unsqueeze(0).to(device);
    batch.similarity = type.unsqueeze(0).eq(type.unsqueeze(1)).to(torch::kFloat32).to(device);
  }
  return batch;
}

struct Course {
  torch::Tensor losses;  // [steps]
  torch::Tensor start;   // parameters before the first step
  torch::Tensor parameters;
  bool captured = false;
};

/// Largest relative difference between the losses of a step.
double worst_step(const torch::Tensor& losses, const torch::Tensor& expected) {
  const torch::Tensor of_cpu = expected.cpu();
  return ((losses.cpu() - of_cpu) / of_cpu).abs().max().item<double>();
}

/// How far the parameters are apart, of the way that the expected ones have come.
double apart(const torch::Tensor& parameters, const Course& expected) {
  return ((parameters - expected.parameters).norm() / (expected.parameters - expected.start).norm())
      .item<double>();
}

/// The course of some steps. The optimiser's epsilon is large, so that parameters whose gradient is
/// rounding alone do not move.
Course train(const Case& one, training::StepForm form, torch::Device device) {
  const auto model = models::model_spec(one.model).make({features(one), kTypes}, one.options, 5);
  model->to(device);
  training::Learners learners =
      training::learners_of(*model, {.epsilon = 1e-3, .gradient_clip = 1});
  const torch::Tensor sums =
      torch::zeros({64}, torch::TensorOptions(device).dtype(torch::kFloat64));
  training::TrainingStep step(learners, sums, form);
  const auto values = [&learners] {
    std::vector<torch::Tensor> parts;
    for (const auto& learner : learners) {
      parts.push_back(learner->bank().values().detach().cpu().clone());
    }
    return torch::cat(parts);
  };
  const torch::Tensor start = values();
  std::vector<std::string> names;
  std::vector<torch::Tensor> losses;
  for (std::uint64_t t = 0; t < kSteps; ++t) {
    sums.zero_();
    models::Batch batch = batch_of(one, t, device);
    batch.execution.fused = one.fused && form == training::StepForm::by_host;
    step.take(batch, kLearningRate, names);
    losses.push_back(sums[0].clone());
  }
  return {torch::stack(losses), start, values(), step.captured()};
}

}  // namespace

void check_training(Report& report, torch::Device device) {
  std::vector<Case> cases = cpl_cases();
  std::ranges::copy(other_cases(), std::back_inserter(cases));
  for (const Case& one : cases) {
    const Course expected = train(one, training::StepForm::by_host, torch::kCPU);
    for (const auto form : {training::StepForm::by_device, training::StepForm::captured}) {
      const bool captures = form == training::StepForm::captured;
      const Course course = train(one, form, device);
      const std::string name = one.name + (captures ? ", captured" : ", by operation");
      report.add(name + ": losses", worst_step(course.losses, expected.losses), kLossDeviation);
      report.add(name + ": parameters", apart(course.parameters, expected), kParameterDeviation);
      if (captures && nn::StepGraph::captures_on(device)) {
        report.add(name + ": is one graph", course.captured ? 0 : 1, 0);
      }
    }
  }
}

}  // namespace mixvae
