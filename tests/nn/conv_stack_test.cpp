#include "nn/conv_stack.hpp"

#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/refusal.hpp"
#include "support/visited.hpp"

namespace mixvae::nn {
namespace {

constexpr auto kDouble = torch::kFloat64;

ConvStack stack_of(const std::vector<std::string>& words, const ImageShape& image,
                   bool normalised = true) {
  ConvStack stack(image, conv_layers(words), normalised, 7, 0);
  support::to_double(stack);
  return stack;
}

torch::Tensor some_images(std::int64_t images, std::int64_t pixels, std::uint64_t step = 0) {
  return normal({1, images, pixels}, {1, Purpose::test, step}, kDouble);
}

std::map<std::string, torch::Tensor> tensors_of(ConvStack& stack) {
  std::map<std::string, torch::Tensor> named;
  stack.visit("e", [&](const std::string& name, torch::Tensor& tensor, TensorKind) {
    named[name] = tensor;
  });
  return named;
}

/// One channel of an image [rows][columns] as loops see it: 0 outside.
double pixel(const torch::Tensor& image, std::int64_t row, std::int64_t column) {
  const bool inside = row >= 0 && column >= 0 && row < image.size(0) && column < image.size(1);
  return inside ? image[row][column].item<double>() : 0.0;
}

double elu(double x) { return x > 0 ? x : std::exp(x) - 1; }

/// Convolution -> ELU by loops: images [B, C, R, S] -> [B, C', R', S'].
torch::Tensor plain_convolution(const torch::Tensor& x, const torch::Tensor& weight,
                                const torch::Tensor& bias, std::int64_t stride) {
  const std::int64_t kernel = weight.size(2);
  const std::int64_t rows = (x.size(2) + stride - 1) / stride;
  const std::int64_t columns = (x.size(3) + stride - 1) / stride;
  torch::Tensor out = torch::zeros({x.size(0), weight.size(0), rows, columns}, kDouble);
  for (std::int64_t b = 0; b < out.size(0); ++b) {
    for (std::int64_t o = 0; o < out.size(1); ++o) {
      for (std::int64_t i = 0; i < rows; ++i) {
        for (std::int64_t j = 0; j < columns; ++j) {
          double sum = bias[o].item<double>();
          for (std::int64_t c = 0; c < x.size(1); ++c) {
            for (std::int64_t p = 0; p < kernel; ++p) {
              for (std::int64_t q = 0; q < kernel; ++q) {
                sum += weight[o][c][p][q].item<double>() *
                       pixel(x[b][c], i * stride + p - kernel / 2, j * stride + q - kernel / 2);
              }
            }
          }
          out[b][o][i][j] = elu(sum);
        }
      }
    }
  }
  return out;
}

/// Largest values of 2 x 2 squares by loops.
torch::Tensor plain_pool(const torch::Tensor& x) {
  torch::Tensor out = torch::zeros({x.size(0), x.size(1), x.size(2) / 2, x.size(3) / 2}, kDouble);
  for (std::int64_t i = 0; i < out.size(2); ++i) {
    for (std::int64_t j = 0; j < out.size(3); ++j) {
      const auto square = x.narrow(2, 2 * i, 2).narrow(3, 2 * j, 2);
      out.select(3, j).select(2, i).copy_(square.amax({2, 3}));
    }
  }
  return out;
}

/// (x - mean) / deviation per channel, times scale plus shift.
torch::Tensor plain_norm(const torch::Tensor& x, const torch::Tensor& scale,
                         const torch::Tensor& shift) {
  const torch::Tensor mean = x.mean({0, 2, 3}, true);
  const torch::Tensor variance = (x - mean).square().mean({0, 2, 3}, true);
  return (x - mean) / (variance + ConvStack::kEpsilon).sqrt() * scale.view({1, -1, 1, 1}) +
         shift.view({1, -1, 1, 1});
}

TEST(ConvStack, IsConvolutionEluAndNormalisationByLoops) {
  const torch::NoGradGuard no_grad;
  for (const auto& [image, strides] : {std::pair{ImageShape{5, 7}, std::pair{1, 2}},
                                       std::pair{ImageShape{6, 5}, std::pair{2, 1}}}) {
    ConvStack stack = stack_of(
        {"3x5/" + std::to_string(strides.first), "pool", "2/" + std::to_string(strides.second)},
        image);
    const auto named = tensors_of(stack);
    for (const char* name : {"e_norm.1.scale", "e_norm.1.shift", "e_norm.3.shift"}) {
      named.at(name).copy_(normal(named.at(name).sizes(), {2, Purpose::test, 0}, kDouble));
    }
    const torch::Tensor x = some_images(4, image.rows * image.columns);
    torch::Tensor h = x.view({4, 1, image.rows, image.columns});
    h = plain_convolution(h, named.at("e.1.weight"), named.at("e.1.bias"), strides.first);
    h = plain_norm(h, named.at("e_norm.1.scale"), named.at("e_norm.1.shift"));
    h = plain_norm(plain_pool(h), named.at("e_norm.2.scale"), named.at("e_norm.2.shift"));
    h = plain_convolution(h, named.at("e.3.weight"), named.at("e.3.bias"), strides.second);
    h = plain_norm(h, named.at("e_norm.3.scale"), named.at("e_norm.3.shift"));
    const torch::Tensor out = stack.forward_training(x);
    EXPECT_EQ(out.sizes(), (std::vector<std::int64_t>{1, 4, stack.outputs()}));
    EXPECT_TRUE(torch::allclose(out, h.reshape({1, 4, -1}), 1e-10, 1e-10));
  }
}

TEST(ConvStack, HasTheGradientOfFiniteDifferences) {
  ConvStack stack = stack_of({"3x5/2", "pool", "2"}, {6, 5});
  const torch::Tensor x = some_images(5, 30);
  const torch::Tensor weights = some_images(5, stack.outputs(), 1);
  const auto loss = [&] { return (stack.forward_training(x) * weights).sum(); };
  loss().backward();
  const std::vector<NamedTensor> parameters = support::parameters_of(stack);
  EXPECT_EQ(parameters.size(), 10U);
  for (const NamedTensor& parameter : parameters) {
    const torch::Tensor gradient = parameter.tensor.grad().clone().flatten();
    const torch::Tensor values = parameter.tensor.detach().flatten();
    const torch::NoGradGuard no_grad;
    for (std::int64_t i = 0; i < values.numel(); ++i) {
      const double old = values[i].item<double>();
      values[i] = old + 1e-6;
      const double above = loss().item<double>();
      values[i] = old - 1e-6;
      const double below = loss().item<double>();
      values[i] = old;
      EXPECT_NEAR((above - below) / 2e-6, gradient[i].item<double>(), 1e-5)
          << parameter.name << " " << i;
    }
  }
}

TEST(ConvStack, ThePublishedNetworkHasItsNumberOfParameters) {
  // docs/equations.md, code: 328,508 with the dense layer to a code of 68.
  ConvStack stack({28, 28}, conv_layers({"64", "128", "pool", "128", "pool", "64", "8"}), true, 7,
                  0);
  std::int64_t count = stack.outputs() * 68 + 68;
  for (const NamedTensor& parameter : support::parameters_of(stack)) {
    count += parameter.tensor.numel();
  }
  EXPECT_EQ(count, 328508);
}

TEST(ConvStack, TheNoisyPassWithoutDropoutEqualsTheTrainingPassAndMovesNothing) {
  ConvStack stack = stack_of({"3", "pool", "2/2"}, {6, 6});
  const torch::Tensor x = some_images(8, 36);
  const auto buffers = [&] {
    std::vector<torch::Tensor> values;
    for (const NamedTensor& each : support::buffers_of(stack)) {
      values.push_back(each.tensor);
    }
    return torch::cat(values).clone();
  };
  const torch::Tensor before = buffers();
  const torch::Tensor noisy = stack.forward_noisy(x, 0.0, {1, Purpose::test, 0});
  EXPECT_TRUE(torch::equal(buffers(), before));
  EXPECT_TRUE(torch::allclose(stack.forward_training(x), noisy, 1e-12, 1e-12));
  EXPECT_FALSE(torch::equal(buffers(), before));
}

TEST(ConvStack, DropoutIsAFunctionOfItsKey) {
  const ConvStack stack = stack_of({"3", "2"}, {6, 6});
  const torch::Tensor x = some_images(8, 36);
  const auto noisy = [&](std::uint64_t step) {
    return stack.forward_noisy(x, 0.5, {1, Purpose::test, step});
  };
  EXPECT_TRUE(torch::equal(noisy(3), noisy(3)));
  EXPECT_FALSE(torch::equal(noisy(3), noisy(4)));
  const double dropped = noisy(3).eq(0).to(kDouble).mean().item<double>();
  EXPECT_NEAR(dropped, 0.5, 0.1);
}

TEST(ConvStack, EvaluationUsesTheRunningStatistics) {
  ConvStack stack = stack_of({"3"}, {4, 4});
  const torch::Tensor x = some_images(8, 16);
  const torch::Tensor first = stack.forward_evaluation(x);
  EXPECT_TRUE(torch::allclose(first.narrow(1, 0, 2), stack.forward_evaluation(x.narrow(1, 0, 2))));
  for (int step = 0; step < 2000; ++step) {
    const torch::NoGradGuard no_grad;
    static_cast<void>(stack.forward_training(x));
  }
  const torch::NoGradGuard no_grad;
  // The running variance is the unbiased one.
  EXPECT_TRUE(torch::allclose(stack.forward_evaluation(x), stack.forward_training(x), 1e-2, 1e-2));
}

TEST(ConvStack, RefusesImagesTooSmallForItsLayers) {
  EXPECT_THAT(support::refusal([] {
                ConvStack({2, 9}, conv_layers({"3", "pool", "pool"}), true, 7, 0);
              }),
              testing::HasSubstr("a layer 'pool' of images of 1 x 4"));
}

TEST(ConvStack, WithoutNormalisationIsConvolutionAndElu) {
  ConvStack stack = stack_of({"2x5/2", "pool", "3"}, {7, 6}, false);
  const auto named = tensors_of(stack);
  EXPECT_EQ(named.size(), 4U);
  const torch::Tensor x = some_images(3, 42);
  torch::Tensor h = x.view({3, 1, 7, 6});
  h = plain_pool(plain_convolution(h, named.at("e.1.weight"), named.at("e.1.bias"), 2));
  h = plain_convolution(h, named.at("e.3.weight"), named.at("e.3.bias"), 1).reshape({1, 3, -1});
  EXPECT_TRUE(torch::allclose(stack.forward_training(x), h, 1e-12, 1e-12));
  EXPECT_TRUE(torch::allclose(stack.forward_evaluation(x), h, 1e-12, 1e-12));
}

}  // namespace
}  // namespace mixvae::nn
