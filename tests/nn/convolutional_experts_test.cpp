#include "nn/convolutional_experts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "nn/random.hpp"
#include "support/refusal.hpp"
#include "support/visited.hpp"

namespace mixvae::nn {
namespace convolutional_experts_test {

/// Two arms of three experts of images of 5 x 6 pixels, which are cut out of 8 x 8.
struct Example {
  ConvolutionalExperts experts{
      2, 3, 4, expert_images({5, 6}, {"2", "3", "up", "4x1", "up"}), 1, Activation::elu, 7, 0};
  torch::Tensor x = normal({2, 7, 4}, {1, Purpose::test, 0}, torch::kFloat64);
  // Arm 0 leaves expert 1 without cells, arm 1 uses expert 2 alone.
  torch::Tensor expert =
      torch::tensor({2, 0, 0, 2, 2, 0, 2, 2, 2, 2, 2, 2, 2, 2}, torch::kInt64).view({2, 7});

  Example() { support::to_double(experts); }
  torch::Tensor parameter(const std::string& name) {
    for (const NamedTensor& each : support::parameters_of(experts)) {
      if (each.name == name) {
        return each.tensor;
      }
    }
    return {};
  }
};

/// The published layers for one cell, pixel by pixel.
torch::Tensor convolved(const torch::Tensor& image, const torch::Tensor& weight,
                        const torch::Tensor& bias) {
  const std::int64_t pad = weight.size(-1) / 2;
  const torch::Tensor padded = at::constant_pad_nd(image, {pad, pad, pad, pad});
  torch::Tensor out = torch::zeros({weight.size(0), image.size(1), image.size(2)}, image.options());
  for (std::int64_t c = 0; c < weight.size(0); ++c) {
    for (std::int64_t i = 0; i < image.size(1); ++i) {
      for (std::int64_t j = 0; j < image.size(2); ++j) {
        const torch::Tensor square =
            padded.narrow(1, i, weight.size(2)).narrow(2, j, weight.size(3));
        out[c][i][j] = (square * weight[c]).sum() + bias[c];
      }
    }
  }
  return out;
}

torch::Tensor doubled_plainly(const torch::Tensor& image) {
  return image.repeat_interleave(2, 1).repeat_interleave(2, 2);
}

TEST(ConvolutionalExperts, AreTheirLayersPixelByPixel) {
  Example example;
  const torch::NoGradGuard no_grad;
  const torch::Tensor out = example.experts.forward(example.x, example.expert);
  ASSERT_EQ(out.sizes(), (std::vector<std::int64_t>{2, 7, 30}));
  for (const auto& [arm, cell] : {std::pair(0, 1), std::pair(0, 6), std::pair(1, 3)}) {
    const std::int64_t network = 3 * arm + example.expert[arm][cell].item<std::int64_t>();
    const auto layer = [&](const torch::Tensor& image, const std::string& number) {
      return convolved(image, example.parameter("part_convolution." + number + ".weight")[network],
                       example.parameter("part_convolution." + number + ".bias")[network]);
    };
    const torch::Tensor dense =
        torch::matmul(example.x[arm][cell], example.parameter("part.1.weight")[network]) +
        example.parameter("part.1.bias")[network][0];
    torch::Tensor h = torch::elu(layer(torch::elu(dense).view({2, 2, 2}), "1"));
    h = torch::elu(layer(doubled_plainly(h), "2"));
    const torch::Tensor image = layer(doubled_plainly(h), "3")[0];  // 8 x 8
    EXPECT_TRUE(torch::allclose(out[arm][cell].view({5, 6}), image.narrow(0, 1, 5).narrow(1, 1, 6),
                                1e-10, 1e-10));
  }
}

TEST(ConvolutionalExperts, HaveTheGradientOfFiniteDifferences) {
  Example example;
  const auto loss = [&] {
    return example.experts.forward(example.x, example.expert).square().sum();
  };
  loss().backward();
  for (const NamedTensor& each : support::parameters_of(example.experts)) {
    torch::Tensor values = each.tensor.detach().flatten();
    const torch::Tensor gradient = each.tensor.grad().flatten();
    const torch::NoGradGuard no_grad;
    for (std::int64_t i = 0; i < values.numel(); i += 1 + values.numel() / 9) {
      const double old = values[i].item<double>();
      values[i] = old + 1e-5;
      const double above = loss().item<double>();
      values[i] = old - 1e-5;
      const double below = loss().item<double>();
      values[i] = old;
      EXPECT_NEAR((above - below) / 2e-5, gradient[i].item<double>(), 1e-5) << each.name;
    }
  }
}

TEST(ConvolutionalExperts, SoftRoutingIsTheWeightedMeanOfAll) {
  Example example;
  const torch::Tensor one_hot =
      torch::eye(3, torch::kFloat64).index_select(0, example.expert.flatten()).view({2, 7, 3});
  const torch::Tensor hard = example.experts.forward(example.x, example.expert);
  EXPECT_TRUE(torch::allclose(example.experts.forward_soft(example.x, one_hot), hard));
  const torch::Tensor other = example.experts.forward(example.x, 2 - example.expert);
  const torch::Tensor turned = one_hot.flip(2);
  EXPECT_TRUE(
      torch::allclose(example.experts.forward_soft(example.x, 0.25 * one_hot + 0.75 * turned),
                      0.25 * hard + 0.75 * other));
}

TEST(ConvolutionalExperts, ThePublishedNetworkHasItsNumberOfParameters) {
  ConvolutionalExperts published(1, 2, 68,
                                 expert_images({28, 28}, {"8", "128", "up", "64", "up", "32"}), 1,
                                 Activation::elu, 7, 0);
  std::int64_t parameters = 0;
  for (const NamedTensor& each : support::parameters_of(published)) {
    parameters += each.tensor.numel();
  }
  EXPECT_EQ(parameters, 2 * 128'937);
  EXPECT_EQ(published.passed_by(), 128'937);
  // 7 x 7, 14 x 14 and 28 x 28 places.
  EXPECT_EQ(published.further_products(),
            8.0 * 128 * 9 * 48 + 128.0 * 64 * 9 * 195 + 64.0 * 32 * 9 * 783 + 32.0 * 9 * 783);
  EXPECT_EQ(published.values(),
            8 * 49 + 128 * 49 + 128 * 196 + 64 * 196 + 64 * 784 + 32 * 784 + 784);
}

TEST(ExpertImages, WithoutDoublingKeepTheImage) {
  ConvolutionalExperts experts(1, 1, 3, expert_images({4, 5}, {"2"}), 1, Activation::relu, 7, 0);
  const torch::Tensor out =
      experts.forward(torch::ones({1, 2, 3}), torch::zeros({1, 2}, torch::kInt64));
  EXPECT_EQ(out.sizes(), (std::vector<std::int64_t>{1, 2, 20}));
}

TEST(ExpertImages, RefuseOtherWordsAndSmallImages) {
  const auto refusal = [](const std::vector<std::string>& words) {
    return support::refusal<UsageError>([&] { expert_images({5, 9}, words); });
  };
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{}, {"up", "8"}, {"8", "pool"}, {"8", "8/2"}, {"8", "x"}}) {
    EXPECT_THAT(refusal(words), testing::HasSubstr("this is no layer of a convolutional expert"));
  }
  EXPECT_THAT(refusal({"8", "up", "up", "up"}),
              testing::AllOf(testing::HasSubstr("too small for experts that double them so often"),
                             testing::HasSubstr("3 times up to 5 x 9 pixels")));
}

}  // namespace convolutional_experts_test
}  // namespace mixvae::nn
