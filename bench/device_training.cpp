#include "device_training.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <vector>

#include "models/make_model.hpp"
#include "nn/adam.hpp"
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
  models::CplMixVaeOptions options;
  std::int64_t image_columns = 0;  // images of 17 rows; 0: no images
  bool known = false;              // known types of some cells, and similarities of all
};

/// Cases of cpl-mixVAE. On the CPU's side all but the first run fused kernels, where they can,
/// which round otherwise than tensor operations, as a device does. Types are less sharp and the
/// coupling is weaker than published: otherwise these roundings alone change the third digit in ten
/// steps.
std::vector<Case> cpl_cases() {
  models::CplMixVaeOptions plain = models::published_options();
  plain.state_dropout = 0.2;
  plain.tau = 0.5;
  plain.variance_floor = 0.1;
  models::CplMixVaeOptions tensors = plain;
  tensors.kernels = "plain";
  models::CplMixVaeOptions experts = plain;
  experts.output = "linear";
  experts.decoder = "experts";
  models::CplMixVaeOptions bernoulli = plain;
  bernoulli.output = "linear";
  bernoulli.likelihood = "bernoulli";
  return {
      {"cpl-mixvae, tensor operations on both", "cpl-mixvae", tensors},
      {"cpl-mixvae", "cpl-mixvae", plain},
      {"cpl-mixvae with experts", "cpl-mixvae", experts},
      {"cpl-mixvae, bernoulli", "cpl-mixvae", bernoulli},
      {"cpl-mixvae, default rule, known types", "cpl-mixvae", models::default_options(), 0, true}};
}

std::vector<Case> moe_cases() {
  models::CplMixVaeOptions images = models::moe_sim_vae_options();
  images.encoder = "convolutional";
  images.image_width = 18;
  images.convolutions = {"16x5/2", "pool", "32"};
  return {{"moe-sim-vae", "moe-sim-vae", models::moe_sim_vae_options()},
          {"moe-sim-vae, convolutional", "moe-sim-vae", images, 18},
          {"moe-sim-vae, paper-exact", "moe-sim-vae", models::paper_exact_options(), 0, true},
          {"moe-sim-vae, reference", "moe-sim-vae", models::reference_options(), 0, true}};
}

std::int64_t features(const Case& one) {
  return one.image_columns > 0 ? 17 * one.image_columns : 301;
}

models::Batch batch_of(const Case& one, std::uint64_t step, torch::Device device) {
  models::Batch batch;
  batch.x = nn::uniform({kCells, features(one)}, {2, Purpose::test, step}, {}).to(device);
  batch.step = step;
  if (one.known) {
    const torch::Tensor type =
        torch::arange(kCells, torch::TensorOptions().dtype(torch::kInt64)).remainder(kTypes);
    batch.known = type.masked_fill(type.gt(4), -1).unsqueeze(0).to(device);
    batch.similarity = type.unsqueeze(0).eq(type.unsqueeze(1)).to(torch::kFloat32).to(device);
  }
  return batch;
}

/// Kernels are for steps of the host.
models::CplMixVaeOptions options_for(const Case& one, training::StepForm form,
                                     torch::Device device) {
  models::CplMixVaeOptions options = one.options;
  if (one.model == "cpl-mixvae" && form != training::StepForm::by_host && device.is_cpu()) {
    options.kernels = "plain";
  }
  return options;
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
  return ((parameters.cpu() - expected.parameters).norm() /
          (expected.parameters - expected.start).norm())
      .item<double>();
}

/// The course of some steps. The optimiser's epsilon is large, so that parameters whose gradient is
/// rounding alone do not move.
Course train(const Case& one, training::StepForm form, torch::Device device) {
  const auto model =
      models::make_model(one.model, features(one), kTypes, options_for(one, form, device), 5);
  model->to(device);
  std::vector<torch::Tensor> tensors;
  for (const models::NamedTensor& parameter : model->parameters()) {
    tensors.push_back(parameter.tensor);
  }
  nn::ParameterBank bank(tensors);
  nn::Adam adam(bank, {.epsilon = 1e-3, .gradient_clip = 1});
  const torch::Tensor sums = torch::zeros({64}, bank.values().options().dtype(torch::kFloat64));
  training::TrainingStep step(*model, adam, sums, form);
  const torch::Tensor start = bank.values().clone();
  std::vector<std::string> names;
  std::vector<torch::Tensor> losses;
  for (std::uint64_t t = 0; t < kSteps; ++t) {
    sums.zero_();
    step.take(batch_of(one, t, device), kLearningRate, names);
    losses.push_back(sums[0].clone());
  }
  return {torch::stack(losses), start, bank.values(), step.captured()};
}

}  // namespace

void check_training(Report& report, torch::Device device) {
  std::vector<Case> cases = cpl_cases();
  std::ranges::copy(moe_cases(), std::back_inserter(cases));
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
