#include "models/parts/decoder.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "models/two_forms.hpp"
#include "support/visited.hpp"

namespace mixvae::models {
namespace decoder_test {

constexpr nn::Execution kPlain{.fused = false};
constexpr std::int64_t kCells = 33;
constexpr std::int64_t kTypes = 4;

Decoder decoder_of(const Decoder::Shape& shape, LikelihoodKind likelihood = LikelihoodKind::mse,
                   OutputActivation output = OutputActivation::linear) {
  LayerKeys keys{.seed = 7, .next = 3};
  return {shape, make_likelihood(likelihood, output), keys};
}

DecoderInput some_input(std::int64_t arms, std::int64_t width,
                        const torch::TensorOptions& options = {}) {
  return {
      nn::normal({arms, kCells, width}, {1, Purpose::test, 0}, options),
      torch::softmax(nn::normal({arms, kCells, kTypes}, {1, Purpose::test, 1}, options) * 2, -1)};
}

/// Affine layers of one network with `activation` between them.
template <class Activation>
torch::Tensor network(const std::vector<nn::NamedTensor>& parameters, std::int64_t member,
                      torch::Tensor h, const Activation& activation) {
  for (std::size_t i = 0; i < parameters.size(); i += 2) {
    h = torch::matmul(i == 0 ? h : activation(h), parameters[i].tensor[member]) +
        parameters[i + 1].tensor[member];
  }
  return h;
}

TEST(Decoder, OfAllTypesIsAChainOfLayersWithReluBetween) {
  Decoder decoder = decoder_of({.arms = 2, .widths = {3, 5, 6}, .features = 8});
  support::to_double(decoder);
  const DecoderInput input = some_input(2, 3, torch::kFloat64);
  const torch::Tensor outputs = decoder.outputs(input, {});
  for (std::int64_t a = 0; a < 2; ++a) {
    EXPECT_TRUE(torch::allclose(outputs[a],
                                network(support::parameters_of(decoder), a, input.x[a],
                                        [](const torch::Tensor& h) { return torch::relu(h); })));
  }
}

TEST(Decoder, ExpertsDecodeTheCellsOfTheirType) {
  Decoder decoder = decoder_of({.arms = 2, .widths = {3, 5, 6}, .features = 8, .experts = kTypes});
  support::to_double(decoder);
  const DecoderInput input = some_input(2, 3, torch::kFloat64);
  const torch::Tensor outputs = decoder.outputs(input, {});
  for (std::int64_t a = 0; a < 2; ++a) {
    for (std::int64_t b = 0; b < kCells; ++b) {
      const std::int64_t member = a * kTypes + input.types[a][b].argmax().item<std::int64_t>();
      EXPECT_TRUE(torch::allclose(outputs[a][b],
                                  network(support::parameters_of(decoder), member, input.x[a][b],
                                          [](const torch::Tensor& h) { return torch::elu(h); })
                                      .squeeze(0)));
    }
  }
}

TEST(Decoder, SoftRoutingIsTheMeanOfAllExperts) {
  Decoder decoder = decoder_of(
      {.arms = 2, .widths = {3, 5}, .features = 8, .experts = kTypes, .routing = Routing::soft});
  support::to_double(decoder);
  const DecoderInput input = some_input(2, 3, torch::kFloat64);
  const torch::Tensor outputs = decoder.outputs(input, {});
  for (std::int64_t a = 0; a < 2; ++a) {
    torch::Tensor expected = torch::zeros({kCells, 8}, torch::kFloat64);
    for (std::int64_t k = 0; k < kTypes; ++k) {
      expected = expected + input.types[a].select(-1, k).unsqueeze(-1) *
                                network(support::parameters_of(decoder), a * kTypes + k, input.x[a],
                                        [](const torch::Tensor& h) { return torch::elu(h); });
    }
    EXPECT_TRUE(torch::allclose(outputs[a], expected));
  }
}

TEST(Decoder, OneExpertDecodesCellsOfAllTypes) {
  for (const Routing routing : {Routing::hard, Routing::soft}) {
    Decoder decoder =
        decoder_of({.arms = 1, .widths = {3, 5}, .features = 8, .experts = 1, .routing = routing});
    support::to_double(decoder);
    const DecoderInput input = some_input(1, 3, torch::kFloat64);
    EXPECT_TRUE(torch::allclose(decoder.outputs(input, {})[0],
                                network(support::parameters_of(decoder), 0, input.x[0],
                                        [](const torch::Tensor& h) { return torch::elu(h); })));
  }
}

/// Errors of cells, means of arms, and gradients of the means by input and parameters.
struct Errors {
  torch::Tensor cells;
  torch::Tensor means;
  std::vector<torch::Tensor> gradients;

  Errors(Decoder& decoder, const DecoderInput& given,
         const objectives::ReconstructionTarget& target, const nn::Execution& execution) {
    for (const nn::NamedTensor& parameter : support::parameters_of(decoder)) {
      parameter.tensor.mutable_grad() = torch::Tensor();
    }
    const DecoderInput input{given.x.detach().clone().requires_grad_(), given.types};
    {
      const torch::NoGradGuard no_grad;
      cells = decoder.cell_errors(input, target, execution);
    }
    means = decoder.mean_errors(input, target, execution);
    (means * torch::arange(1, means.numel() + 1, means.options().requires_grad(false)))
        .sum()
        .backward();
    gradients.push_back(input.x.grad());
    for (const nn::NamedTensor& parameter : support::parameters_of(decoder)) {
      gradients.push_back(parameter.tensor.grad().clone());
    }
  }
};

void expect_same_errors(const Errors& found, const Errors& expected) {
  const auto near = [](const torch::Tensor& a, const torch::Tensor& b) {
    return (a - b).abs().max().item<double>() < 1e-3 * (1e-3 + b.abs().max().item<double>());
  };
  EXPECT_TRUE(near(found.cells, expected.cells));
  EXPECT_TRUE(near(found.means.detach(), expected.means.detach()));
  EXPECT_TRUE(near(found.means.detach(), found.cells.mean(1)));
  ASSERT_EQ(found.gradients.size(), expected.gradients.size());
  for (std::size_t i = 0; i < found.gradients.size(); ++i) {
    EXPECT_TRUE(near(found.gradients[i], expected.gradients[i])) << i;
  }
}

TEST(Decoder, KernelsComputeTheSameErrors) {
  for (const std::int64_t features : {40, 300}) {
    const torch::Tensor target = nn::uniform({1, kCells, features}, {1, Purpose::test, 3}, {});
    for (const LikelihoodKind likelihood : {LikelihoodKind::mse, LikelihoodKind::bernoulli}) {
      for (const std::int64_t experts : {std::int64_t{0}, std::int64_t{1}, kTypes}) {
        for (const Routing routing : {Routing::hard, Routing::soft}) {
          SCOPED_TRACE(testing::Message()
                       << features << " features, " << experts << " experts, "
                       << static_cast<int>(likelihood) << " " << static_cast<int>(routing));
          Decoder decoder = decoder_of({.arms = 2,
                                        .widths = {3, 9, 5},
                                        .features = features,
                                        .experts = experts,
                                        .routing = routing},
                                       likelihood);
          const DecoderInput input = some_input(2, 3);
          const Errors expected(decoder, input, {.dense = target}, kPlain);
          expect_same_errors(Errors(decoder, input, {.dense = target}, {}), expected);
          expect_same_errors(Errors(decoder, input, {.dense = target}, {.repeatable = true}),
                             expected);
        }
      }
    }
  }
}

TEST(Decoder, SparseTargetsAreTheSameAsDenseOnes) {
  const TwoForms forms(kCells, 300, 2);
  for (const OutputActivation output : {OutputActivation::relu, OutputActivation::linear}) {
    Decoder decoder =
        decoder_of({.arms = 2, .widths = {3, 9}, .features = 300}, LikelihoodKind::mse, output);
    const DecoderInput input = some_input(2, 3);
    for (const auto& target : {own_values, target_of}) {
      expect_same_errors(Errors(decoder, input, target(forms.sparse.only()), {}),
                         Errors(decoder, input, target(forms.dense.only()), kPlain));
    }
  }
}

TEST(Decoder, TheTargetIsWhatTheViewSaysOrWhatTheArmsRead) {
  View view;
  view.x = torch::full({2, 3}, 1.0);
  EXPECT_TRUE(torch::equal(target_of(view).dense, view.x.unsqueeze(0)));
  view.inputs = torch::full({2, 2, 3}, 2.0);
  EXPECT_TRUE(torch::equal(target_of(view).dense, view.inputs));
  view.target = torch::full({1, 2, 3}, 3.0);
  EXPECT_TRUE(torch::equal(target_of(view).dense, view.target));
  EXPECT_TRUE(torch::equal(own_values(view).dense, view.x.unsqueeze(0)));
  TwoForms forms(5, 4, 2);
  const auto values = [](const objectives::ReconstructionTarget& target) {
    std::vector<torch::Tensor> dense;
    for (const nn::SparseRows& rows : target.sparse) {
      dense.push_back(rows.to_dense());
    }
    return torch::stack(dense);
  };
  const View& sparse = forms.sparse.only();
  EXPECT_TRUE(torch::equal(values(target_of(sparse)), forms.dense.only().inputs));
  EXPECT_TRUE(torch::equal(values(own_values(sparse)), forms.dense.only().x.unsqueeze(0)));
  forms.reconstruct_cells();
  EXPECT_TRUE(torch::equal(values(target_of(sparse)), forms.dense.only().x.unsqueeze(0)));
}

TEST(Decoder, APrunedInputCountsNoLonger) {
  for (const std::int64_t experts : {std::int64_t{0}, kTypes}) {
    Decoder decoder = decoder_of({.arms = 2, .widths = {3, 5}, .features = 8, .experts = experts});
    DecoderInput input = some_input(2, 3);
    const torch::Tensor before = decoder.outputs(input, {});
    decoder.prune_input(1);
    const torch::Tensor after = decoder.outputs(input, {});
    EXPECT_FALSE(torch::allclose(before, after));
    input.x.select(-1, 1).add_(5);
    EXPECT_TRUE(torch::equal(decoder.outputs(input, {}), after));
    input.x.select(-1, 2).add_(5);
    EXPECT_FALSE(torch::allclose(decoder.outputs(input, {}), after));
  }
}

TEST(Decoder, SharedWeightsAreOneNetworkForAllArms) {
  Decoder decoder =
      decoder_of({.arms = 2, .widths = {3, 5}, .features = 8, .shared_weights = true});
  DecoderInput input = some_input(2, 3);
  input.x[1].copy_(input.x[0]);
  const torch::Tensor outputs = decoder.outputs(input, {});
  EXPECT_TRUE(torch::allclose(outputs[0], outputs[1]));
  EXPECT_EQ(support::parameters_of(decoder).front().tensor.size(0), 1);
}

TEST(Decoder, ExpertsWithSharedWeightsAreABug) {
  EXPECT_THROW(
      decoder_of(
          {.arms = 2, .widths = {3, 5}, .features = 8, .experts = kTypes, .shared_weights = true}),
      Bug);
}

TEST(Decoder, SaysWhatItReadsAndWhatItKeeps) {
  const Decoder shared = decoder_of({.arms = 2, .widths = {3, 5}, .features = 256});
  EXPECT_TRUE(shared.reads_sparse_rows({}));
  EXPECT_FALSE(shared.reads_sparse_rows(kPlain));
  EXPECT_EQ(shared.wide_outputs(), 256);
  EXPECT_EQ(shared.passed_by(), 0);
  EXPECT_EQ(decoder_of({.arms = 2, .widths = {3, 5}, .features = 255}).wide_outputs(), 0);
  const Decoder experts =
      decoder_of({.arms = 2, .widths = {3, 5}, .features = 256, .experts = kTypes});
  EXPECT_FALSE(experts.reads_sparse_rows({}));
  EXPECT_EQ(experts.wide_outputs(), 0);
  EXPECT_EQ(experts.passed_by(), 2 * (kTypes - 1) * (3 * 5 + 5 + 5 * 256 + 256));
  EXPECT_EQ(experts.values_per_cell(), 0);
  const Decoder soft = decoder_of(
      {.arms = 2, .widths = {3, 5}, .features = 256, .experts = kTypes, .routing = Routing::soft});
  EXPECT_EQ(soft.passed_by(), 0);
  EXPECT_GT(soft.values_per_cell(), 0);
}

}  // namespace decoder_test
}  // namespace mixvae::models
