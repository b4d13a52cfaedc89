#include "models/parts/arm_encoder.hpp"

#include <gtest/gtest.h>

#include "models/two_forms.hpp"
#include "support/visited.hpp"

namespace mixvae::models {
namespace arm_encoder_test {

constexpr nn::Execution kPlain{.fused = false};
constexpr EncoderOptions kSizes{.hidden = 6, .hidden_layers = 2, .latent = 4};

ArmEncoder encoder_of(const ArmEncoder::Shape& shape) {
  LayerKeys keys{.seed = 7};
  return {shape, kSizes, keys};
}

ArmInput dense_input(const torch::Tensor& x) { return {x, {}, {}}; }

torch::Tensor some_cells(std::int64_t features = 8) {
  return nn::normal({30, features}, {1, Purpose::test, 0}, {});
}

/// relu(x W + b), then the batch's own mean and variance taken out, layer by layer.
torch::Tensor by_hand(ArmEncoder& encoder, const torch::Tensor& x, std::int64_t arm,
                      bool normalised) {
  const auto parameters = support::parameters_of(encoder, "e");
  torch::Tensor h = x;
  for (std::size_t i = 0; i < parameters.size(); i += 2) {
    h = torch::relu(torch::matmul(h, parameters[i].tensor[arm]) + parameters[i + 1].tensor[arm]);
    if (normalised) {
      h = (h - h.mean(0)) / (h.var(0, false) + nn::ArmBatchNorm::kEpsilon).sqrt();
    }
  }
  return h;
}

TEST(ArmEncoder, IsLayersWithReluAndTheBatchsNorm) {
  for (const bool normalised : {true, false}) {
    ArmEncoder encoder = encoder_of({.arms = 2, .features = 8, .normalised = normalised});
    support::to_double(encoder);
    const torch::Tensor x = some_cells().to(torch::kFloat64);
    const torch::Tensor code = encoder.encode(dense_input(x), true, {});
    EXPECT_EQ(code.sizes(), (std::vector<std::int64_t>{2, 30, 4}));
    for (std::int64_t a = 0; a < 2; ++a) {
      EXPECT_TRUE(torch::allclose(code[a], by_hand(encoder, x, a, normalised), 1e-9, 1e-9));
    }
    EXPECT_EQ(support::buffers_of(encoder).empty(), !normalised);
  }
}

TEST(ArmEncoder, EvaluationUsesRunningStatisticsAndMovesNone) {
  const torch::NoGradGuard no_grad;
  ArmEncoder encoder = encoder_of({.arms = 2, .features = 8});
  support::to_double(encoder);
  const torch::Tensor x = some_cells().to(torch::kFloat64);
  for (int step = 0; step < 5; ++step) {
    encoder.encode(dense_input(x + step), true, {});
  }
  const auto parameters = support::parameters_of(encoder);
  const auto statistics = support::buffers_of(encoder);
  torch::Tensor expected = x;
  for (std::size_t i = 0; i < parameters.size(); i += 2) {
    expected =
        torch::relu(torch::matmul(expected, parameters[i].tensor) + parameters[i + 1].tensor);
    expected = (expected - statistics[i].tensor) /
               (statistics[i + 1].tensor + nn::ArmBatchNorm::kEpsilon).sqrt();
  }
  EXPECT_TRUE(torch::allclose(encoder.encode(dense_input(x), false, {}), expected, 1e-9, 1e-9));
  const torch::Tensor few = encoder.encode(dense_input(x.narrow(0, 0, 2)), false, {});
  EXPECT_TRUE(torch::allclose(few, expected.narrow(1, 0, 2), 1e-9, 1e-9));
}

TEST(ArmEncoder, EachArmReadsItsOwnCopies) {
  ArmEncoder encoder = encoder_of({.arms = 2, .features = 8});
  support::to_double(encoder);
  View view;
  view.x = some_cells().to(torch::kFloat64);
  view.inputs = torch::stack({view.x + 1, view.x.flip(1)});
  const torch::Tensor code = encoder.encode(arm_input(view, 2, 0, {}), true, {});
  for (std::int64_t a = 0; a < 2; ++a) {
    EXPECT_TRUE(torch::allclose(code[a], by_hand(encoder, view.inputs[a], a, true), 1e-9, 1e-9));
  }
}

TEST(ArmEncoder, SharedWeightsReadTheSame) {
  ArmEncoder encoder = encoder_of({.arms = 3, .features = 8, .shared_weights = true});
  const torch::Tensor code = encoder.encode(dense_input(some_cells()), false, {});
  EXPECT_TRUE(torch::allclose(code[0], code[2]));
  EXPECT_EQ(support::parameters_of(encoder).front().tensor.size(0), 1);
}

/// The code of a training pass, all gradients and the running statistics after it.
std::vector<torch::Tensor> training_pass(const ArmEncoder::Shape& shape, const ArmInput& x,
                                         const nn::Execution& execution) {
  ArmEncoder encoder = encoder_of(shape);
  const torch::Tensor code = encoder.encode(x, true, execution);
  (code * nn::normal(code.sizes(), {1, Purpose::test, 4}, {})).sum().backward();
  std::vector<torch::Tensor> all{code.detach()};
  for (const nn::NamedTensor& parameter : support::parameters_of(encoder)) {
    all.push_back(parameter.tensor.grad());
  }
  for (const nn::NamedTensor& buffer : support::buffers_of(encoder)) {
    all.push_back(buffer.tensor);
  }
  return all;
}

TEST(ArmEncoder, KernelsAndSparseRowsComputeTheSame) {
  for (const bool normalised : {true, false}) {
    for (const std::int64_t copies : {0, 2}) {
      for (const double dropout : {0.0, 0.4}) {
        SCOPED_TRACE(testing::Message() << normalised << " " << copies << " " << dropout);
        const TwoForms forms(40, 90, copies);
        const ArmEncoder::Shape shape{.arms = 2, .features = 90, .normalised = normalised};
        const nn::NoiseKey key{1, Purpose::input_dropout, 3};
        const ArmInput dense = arm_input(forms.dense.only(), 2, dropout, key);
        const auto expected = training_pass(shape, dense, kPlain);
        for (const auto& found :
             {training_pass(shape, dense, {}),
              training_pass(shape, arm_input(forms.sparse.only(), 2, dropout, key), {})}) {
          for (std::size_t i = 0; i < found.size(); ++i) {
            const double scale = 1e-2 + expected[i].abs().max().item<double>();
            EXPECT_LT((found[i] - expected[i]).abs().max().item<double>() / scale, 1e-3) << i;
          }
        }
      }
    }
  }
}

TEST(ArmEncoder, DropoutTakesItsShareOfValuesInEachArm) {
  View view;
  view.x = torch::ones({200, 50});
  const ArmInput x = arm_input(view, 2, 0.25, {1, Purpose::input_dropout, 3});
  EXPECT_EQ(x.dense.sizes(), (std::vector<std::int64_t>{2, 200, 50}));
  EXPECT_NEAR(x.dense.eq(0).to(torch::kFloat64).mean().item<double>(), 0.25, 0.02);
  EXPECT_NEAR(x.dense.max().item<double>(), 1 / 0.75, 1e-6);
  EXPECT_FALSE(torch::equal(x.dense[0], x.dense[1]));
  EXPECT_TRUE(torch::equal(arm_input(view, 2, 0, {}).dense, view.x));
}

}  // namespace arm_encoder_test
}  // namespace mixvae::models
