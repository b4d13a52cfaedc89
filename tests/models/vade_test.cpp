#include "models/vade.hpp"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "models/gradient_error.hpp"
#include "models/same_training.hpp"
#include "models/two_forms.hpp"
#include "nn/random.hpp"
#include "support/python.hpp"

namespace mixvae::models {
namespace vade_test {

constexpr std::int64_t kCells = 9;
constexpr std::int64_t kFeatures = 7;
constexpr std::int64_t kTypes = 3;
constexpr std::int64_t kLatent = 4;
constexpr std::uint64_t kSeed = 5;

VadeOptions small_options() {
  VadeOptions options;
  options.encoder = {.hidden = 6, .hidden_layers = 2, .latent = kLatent};
  options.wide.wide_hidden = 8;
  options.objective.reconstruction = 1.7;
  return options;
}

/// A mixture that is no standard one.
FittedMixture some_mixture() {
  return {torch::tensor({0.2, 0.5, 0.3}, torch::kFloat64),
          nn::normal({kTypes, kLatent}, {8, Purpose::test, 0}, torch::kFloat64),
          0.3 + nn::uniform({kTypes, kLatent}, {8, Purpose::test, 1}, torch::kFloat64)};
}

std::unique_ptr<Vade> small_model(const VadeOptions& options = small_options()) {
  auto model = std::make_unique<Vade>(ModelShape{kFeatures, kTypes}, options, kSeed);
  model->to_double();
  model->start_mixture(some_mixture());
  for (const NamedTensor& parameter : model->parameters()) {
    if (parameter.name == "code_log_variance.weight") {
      parameter.tensor.detach().copy_(nn::normal(parameter.tensor.sizes(), {8, Purpose::test, 2},
                                                 parameter.tensor.options().requires_grad(false)));
    }
  }
  return model;
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

/// The negative ELBO of the paper with torch's own layers and distributions, means over cells, and
/// its gradients, for each setting of `settings`. Files: shapes.txt (name, then lengths), a file of
/// numbers for each tensor.
const char* const kPaper = R"(
import math
import numpy
import torch
from torch.distributions import Independent, Normal
from torch.nn.functional import linear, relu

torch.set_default_dtype(torch.float64)
tensors = {}
for line in open("shapes.txt"):
    name, *lengths = line.split()
    tensors[name] = torch.tensor(numpy.loadtxt(name + ".txt").reshape([int(n) for n in lengths]))
x, noise = tensors.pop("x"), tensors.pop("noise")
for parameter in tensors.values():
    parameter.requires_grad_(True)

def affine(h, name):
    return linear(h, tensors[name + ".weight"][0].T, tensors[name + ".bias"][0, 0])

def elbo(bernoulli, weight_count, sample):
    h = x
    for i in (1, 2, 3):
        h = relu(affine(h, f"encoder.{i}"))
    mean, log_variance = affine(h, "code_mean"), affine(h, "code_log_variance")
    z = mean + noise * torch.exp(log_variance / 2)
    y = z
    for i in (1, 2, 3):
        y = relu(affine(y, f"decoder.{i}"))
    y = affine(y, "decoder.4")
    if bernoulli:
        p = torch.sigmoid(y)
        log_p_x = (x * p.log() + (1 - x) * (1 - p).log()).sum(1)
    else:
        log_p_x = Normal(y, 1.0).log_prob(x).sum(1) + x.shape[1] / 2 * math.log(2 * math.pi)
    pi = torch.softmax(tensors["mixture.weight_logits"], 0)
    m, v = tensors["mixture.means"], torch.exp(tensors["mixture.log_variances"])
    read = z if sample else mean
    joint = torch.exp(weight_count * pi.log() + Independent(Normal(m, v.sqrt()), 1).log_prob(read[:, None]))
    gamma = joint / joint.sum(1, keepdim=True)
    s = torch.exp(log_variance)
    inner = (v.log() + s[:, None] / v + (mean[:, None] - m) ** 2 / v).sum(2)
    return (reconstruction * log_p_x - (gamma * inner).sum(1) / 2 + (gamma * (pi / gamma).log()).sum(1)
            + (1 + log_variance).sum(1) / 2)

for setting in settings:
    loss = -elbo(*setting).mean()
    gradients = torch.autograd.grad(loss, list(tensors.values()))
    print(float(loss), *[number for g in gradients for number in g.flatten().tolist()])
)";

/// Writes a tensor's numbers and its shape where the program finds them.
void hand_over(const std::string& name, const torch::Tensor& tensor,
               std::map<std::string, std::string>& files) {
  const torch::Tensor flat = tensor.detach().flatten().contiguous();
  const std::vector<double> values(flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel());
  files[name + ".txt"] = test::number_text(values);
  files["shapes.txt"] += name;
  for (const std::int64_t length : tensor.sizes()) {
    files["shapes.txt"] += " " + std::to_string(length);
  }
  files["shapes.txt"] += "\n";
}

/// What the program makes of the small model and batch with these settings.
test::PythonRun run_paper(const std::vector<VadeOptions>& settings) {
  const auto model = small_model();
  const Batch batch = small_batch();
  std::map<std::string, std::string> files;
  for (const NamedTensor& parameter : model->parameters()) {
    hand_over(parameter.name, parameter.tensor, files);
  }
  hand_over("x", batch.only().x, files);
  const nn::NoiseKey key{kSeed, Purpose::code_noise, batch.step};
  hand_over("noise", nn::normal({1, kCells, kLatent}, key, torch::kFloat64)[0], files);
  std::string head =
      "reconstruction = " + std::to_string(small_options().objective.reconstruction) + "\n";
  head += "settings = [";
  for (const VadeOptions& options : settings) {
    const bool once = options.mixture.weight_count == WeightCount::once;
    head += options.likelihood.likelihood == LikelihoodKind::bernoulli ? "(True, " : "(False, ";
    head += std::to_string(once ? 1 : kLatent);
    head += options.objective.type_code == TypeCode::sample ? ", True), " : ", False), ";
  }
  return test::run_python(head + "]\n" + kPaper, files);
}

/// The loss of the small batch and its gradients, in the order of the parameters.
std::vector<double> loss_and_gradients(const VadeOptions& options) {
  const auto model = small_model(options);
  const torch::Tensor loss = model->training_loss(small_batch()).front().second;
  loss.backward();
  std::vector<double> found{loss.item<double>()};
  for (const NamedTensor& parameter : model->parameters()) {
    const torch::Tensor gradient = parameter.tensor.grad().flatten().contiguous();
    found.insert(found.end(), gradient.data_ptr<double>(),
                 gradient.data_ptr<double>() + gradient.numel());
  }
  return found;
}

TEST(Vade, LossAndGradientsAreThoseOfAPlainProgramOfThePaper) {
  std::vector<VadeOptions> settings;
  for (const LikelihoodKind likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
    for (const WeightCount count : {WeightCount::once, WeightCount::per_dimension}) {
      for (const TypeCode code : {TypeCode::sample, TypeCode::mean}) {
        settings.push_back(small_options());
        settings.back().likelihood.likelihood = likelihood;
        settings.back().mixture.weight_count = count;
        settings.back().objective.type_code = code;
      }
    }
  }
  const test::PythonRun run = run_paper(settings);
  MIXVAE_NEEDS_PYTHON(run);
  std::vector<double> found;
  for (const VadeOptions& options : settings) {
    const std::vector<double> own = loss_and_gradients(options);
    found.insert(found.end(), own.begin(), own.end());
  }
  const std::vector<double> expected = test::numbers_in(run.output);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_NEAR(found[i], expected[i], 1e-9 * (1 + std::abs(expected[i]))) << "number " << i;
  }
}

TEST(Vade, HasTheGradientOfFiniteDifferences) {
  for (const LikelihoodKind likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
    for (const Objective objective : {Objective::whole, Objective::reconstruction}) {
      VadeOptions options = small_options();
      options.likelihood.likelihood = likelihood;
      const auto model = small_model(options);
      model->learn(objective);
      EXPECT_LT(gradient_error(*model, small_batch()), 1e-5)
          << static_cast<int>(likelihood) << " " << static_cast<int>(objective);
    }
  }
}

TEST(Vade, LossIsTheWeightedSumOfItsTermsInTheirOrder) {
  const auto model = small_model();
  const LossTerms terms = model->training_loss(small_batch());
  const std::vector<std::string> names{"loss", "reconstruction", "kl_code", "kl_type"};
  ASSERT_EQ(terms.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(terms[i].first, names[i]);
  }
  auto values = numbers(terms);
  EXPECT_NEAR(values["loss"],
              1.7 * values["reconstruction"] + values["kl_code"] + values["kl_type"], 1e-9);
  EXPECT_GT(values["kl_code"], 0);
  EXPECT_GE(values["kl_type"], 0);
}

TEST(Vade, AsAnAutoencoderItDecodesTheMeanAndLearnsNothingElse) {
  const auto model = small_model();
  model->learn(Objective::reconstruction);
  const LossTerms terms = model->training_loss(small_batch());
  ASSERT_EQ(terms.size(), 2U);
  EXPECT_EQ(terms[1].first, "reconstruction");
  const double error = model->infer(small_batch()).reconstruction_error.mean().item<double>();
  EXPECT_NEAR(terms[1].second.item<double>(), error, 1e-9);
  EXPECT_NEAR(terms[0].second.item<double>(), 1.7 * error, 1e-9);
  EXPECT_EQ(numbers(model->training_loss(small_batch(4)))["loss"], terms[0].second.item<double>())
      << "no noise";
  EXPECT_EQ(model->validation_loss(small_batch()).size(), 2U);
  terms[0].second.backward();
  for (const NamedTensor& parameter : model->parameters()) {
    const bool learns = parameter.name.starts_with("encoder") ||
                        parameter.name.starts_with("code_mean") ||
                        parameter.name.starts_with("decoder");
    EXPECT_EQ(parameter.tensor.grad().defined(), learns) << parameter.name;
  }
  model->learn(Objective::whole);
  EXPECT_EQ(model->training_loss(small_batch()).size(), 4U);
}

TEST(Vade, NoiseStartsAtHalfTheDeviationOfTheComponents) {
  Vade model({kFeatures, kTypes}, small_options(), kSeed);
  model.to_double();
  const FittedMixture mixture = some_mixture();
  model.start_mixture(mixture);
  for (const NamedTensor& parameter : model.parameters()) {
    if (parameter.name == "code_log_variance.weight") {
      EXPECT_EQ(parameter.tensor.abs().max().item<double>(), 0);
    } else if (parameter.name == "code_log_variance.bias") {
      const torch::Tensor variance = torch::exp(parameter.tensor[0][0]);
      for (std::int64_t j = 0; j < kLatent; ++j) {
        const double expected = 0.2 * mixture.variances[0][j].item<double>() +
                                0.5 * mixture.variances[1][j].item<double>() +
                                0.3 * mixture.variances[2][j].item<double>();
        EXPECT_NEAR(variance[j].item<double>(), expected / 4, 1e-9);
      }
    } else if (parameter.name == "mixture.means") {
      EXPECT_TRUE(torch::equal(parameter.tensor, mixture.means));
    }
  }
}

TEST(Vade, HasTheLayersOfThePaper) {
  Vade model({784, 10}, {}, kSeed);
  std::int64_t count = 0;
  for (const NamedTensor& parameter : model.parameters()) {
    count += parameter.tensor.numel();
  }
  const auto layer = [](std::int64_t inputs, std::int64_t outputs) {
    return (inputs + 1) * outputs;
  };
  EXPECT_EQ(count, layer(784, 500) + layer(500, 500) + layer(500, 2000) + 2 * layer(2000, 10) +
                       layer(10, 2000) + layer(2000, 500) + layer(500, 500) + layer(500, 784) + 10 +
                       2 * 10 * 10);
}

TEST(Vade, EvaluationTakesTheMeanOfTheCode) {
  const auto model = small_model();
  const Posterior posterior = model->infer(small_batch());
  EXPECT_EQ(posterior.type_probs.sizes(), (std::vector<std::int64_t>{1, kCells, kTypes}));
  EXPECT_EQ(posterior.state.sizes(), (std::vector<std::int64_t>{1, kCells, 0}));
  EXPECT_EQ(posterior.latent.sizes(), (std::vector<std::int64_t>{1, kCells, kLatent}));
  EXPECT_EQ(posterior.reconstruction_error.sizes(), (std::vector<std::int64_t>{1, kCells}));
  EXPECT_TRUE(torch::equal(posterior.latent, model->infer(small_batch(8)).latent));
  const FittedMixture mixture = some_mixture();
  const torch::Tensor joint =
      mixture.weights *
      torch::exp(-0.5 *
                 ((posterior.latent[0].unsqueeze(1) - mixture.means).square() / mixture.variances +
                  mixture.variances.log())
                     .sum(-1));
  EXPECT_TRUE(torch::allclose(posterior.type_probs[0], joint / joint.sum(1, true)));
  auto validation = numbers(model->validation_loss(small_batch()));
  EXPECT_NEAR(validation["reconstruction"], posterior.reconstruction_error.mean().item<double>(),
              1e-9);
}

TEST(Vade, TheSameStepGivesTheSameLossAndAnotherStepAnother) {
  const auto model = small_model();
  const auto loss = [&](std::uint64_t step) {
    return numbers(model->training_loss(small_batch(step)))["loss"];
  };
  EXPECT_EQ(loss(3), loss(3));
  EXPECT_NE(loss(3), loss(4));
}

void expect_same_vade_training(const VadeOptions& options, const Batch& fused_batch,
                               const Batch& plain_batch) {
  for (const Objective objective : {Objective::whole, Objective::reconstruction}) {
    Vade fused({300, kTypes}, options, kSeed);
    Vade plain({300, kTypes}, options, kSeed);
    fused.learn(objective);
    plain.learn(objective);
    expect_same_training(fused, plain, fused_batch, plain_batch,
                         [](const std::string&) { return false; });
  }
}

TEST(Vade, KernelsAndSparseRowsAgreeWithTensorOperations) {
  for (const LikelihoodKind likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
    for (const std::int64_t copies : {0, 1}) {
      SCOPED_TRACE(testing::Message() << static_cast<int>(likelihood) << " " << copies);
      VadeOptions options = small_options();
      options.likelihood.likelihood = likelihood;
      TwoForms forms(33, 300, copies, 1);
      expect_same_vade_training(options, forms.dense, forms.dense);
      expect_same_vade_training(options, forms.sparse, forms.dense);
      forms.reconstruct_cells();
      expect_same_vade_training(options, forms.sparse, forms.dense);
    }
  }
}

TEST(Vade, SparseRowsAreForKernels) {
  const Vade model({kFeatures, kTypes}, small_options(), kSeed);
  EXPECT_TRUE(model.reads_sparse_rows({}));
  EXPECT_FALSE(model.reads_sparse_rows({.fused = false}));
}

TEST(Vade, APrunedTypeIsNeverUsedAgain) {
  const auto model = small_model();
  model->prune_type(1);
  EXPECT_FALSE(model->kept_types()[1].item<bool>());
  EXPECT_EQ(model->infer(small_batch()).type_probs.select(-1, 1).abs().max().item<double>(), 0);
  model->training_loss(small_batch()).front().second.backward();
  for (const NamedTensor& parameter : model->parameters()) {
    EXPECT_TRUE(parameter.tensor.grad().isfinite().all().item<bool>()) << parameter.name;
    if (parameter.name.starts_with("mixture")) {
      EXPECT_EQ(parameter.tensor.grad()[1].abs().max().item<double>(), 0) << parameter.name;
    }
  }
}

TEST(Vade, FarCodesHaveFiniteLossesAndGradients) {
  const auto model = small_model();
  for (const NamedTensor& parameter : model->parameters()) {
    if (parameter.name.starts_with("code_log_variance")) {
      parameter.tensor.detach().zero_();
    }
  }
  Batch batch = small_batch();
  batch.only().x = 1e8 * batch.only().x;
  const torch::Tensor loss = model->training_loss(batch).front().second;
  EXPECT_TRUE(loss.isfinite().item<bool>());
  loss.backward();
  for (const NamedTensor& parameter : model->parameters()) {
    EXPECT_TRUE(parameter.tensor.grad().isfinite().all().item<bool>()) << parameter.name;
  }
}

TEST(Vade, GeneratesCellsOfATypeFromItsGaussian) {
  for (const LikelihoodKind likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
    VadeOptions options = small_options();
    options.likelihood.likelihood = likelihood;
    const auto model = small_model(options);
    EXPECT_TRUE(model->rejects_draws());
    const Generation wanted{.type = 1, .count = 11, .seed = 3};
    const torch::Tensor cells = model->generate(wanted);
    EXPECT_EQ(cells.sizes(), (std::vector<std::int64_t>{11, kFeatures}));
    EXPECT_TRUE(torch::equal(cells, model->generate(wanted)));
    const auto changed = [&](auto change) {
      Generation other = wanted;
      change(other);
      return model->generate(other);
    };
    EXPECT_FALSE(torch::equal(cells, changed([](Generation& g) { g.seed = 4; })));
    EXPECT_FALSE(torch::equal(cells, changed([](Generation& g) { g.type = 2; })));
    EXPECT_FALSE(torch::equal(cells, changed([](Generation& g) { g.least_posterior = 0.9; })));
    const torch::Tensor still = changed([](Generation& g) { g.spread = 0; });
    EXPECT_TRUE(torch::allclose(still, still[0].expand_as(still)));
    const torch::Tensor sampled =
        changed([](Generation& g) { g.values = GeneratedValues::sample; });
    EXPECT_FALSE(torch::allclose(sampled, cells));
  }
}

TEST(Vade, AwkwardSizesWork) {
  VadeOptions options = small_options();
  options.encoder.latent = 1;
  Vade model({1, 1}, options, kSeed);
  Batch batch;
  batch.only().x = torch::rand({2, 1});
  EXPECT_TRUE(std::isfinite(numbers(model.training_loss(batch))["loss"]));
  EXPECT_TRUE(std::isfinite(numbers(model.validation_loss(batch))["loss"]));
}

TEST(Vade, HasNoStatesToLearnAlone) { EXPECT_THROW(small_model()->learn(Objective::states), Bug); }

}  // namespace vade_test
}  // namespace mixvae::models
