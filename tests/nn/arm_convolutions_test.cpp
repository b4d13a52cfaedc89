#include "nn/arm_convolutions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nn/random.hpp"
#include "support/refusal.hpp"
#include "support/visited.hpp"

namespace mixvae::nn {
namespace arm_convolutions_test {

constexpr auto kDouble = torch::kFloat64;
constexpr ImageShape kImage{5, 7};  // padded to 8 x 8 by two layers

torch::Tensor some_values(at::IntArrayRef shape, std::uint64_t step = 0) {
  return normal(shape, {1, Purpose::test, step}, kDouble);
}

ArmConvolutions encoder_of(std::int64_t arms, bool shared = false) {
  ArmConvolutions encoder(arms, kImage, {3, 2}, shared, 7, 0);
  support::to_double(encoder);
  return encoder;
}

ArmTransposedConvolutions decoder_of(std::int64_t arms, bool shared = false) {
  ArmTransposedConvolutions decoder(arms, kImage, {3, 2}, 1, shared, 7, 0);
  support::to_double(decoder);
  return decoder;
}

/// The value of an image [rows][columns] there; 0 outside.
double at_pixel(const torch::Tensor& image, std::int64_t row, std::int64_t column) {
  const bool inside = row >= 0 && column >= 0 && row < image.size(0) && column < image.size(1);
  return inside ? image[row][column].item<double>() : 0.0;
}

/// 4 x 4 convolution of stride 2 and padding 1 of [C, R, S] by loops: [C', R/2, S/2].
torch::Tensor plain_convolution(const torch::Tensor& x, const torch::Tensor& weight,
                                const torch::Tensor& bias) {
  torch::Tensor out = torch::zeros({weight.size(0), x.size(1) / 2, x.size(2) / 2}, kDouble);
  for (std::int64_t o = 0; o < out.size(0); ++o) {
    for (std::int64_t i = 0; i < out.size(1); ++i) {
      for (std::int64_t j = 0; j < out.size(2); ++j) {
        double sum = bias[o].item<double>();
        for (std::int64_t c = 0; c < x.size(0); ++c) {
          for (std::int64_t p = 0; p < 16; ++p) {
            sum += weight[o][c][p / 4][p % 4].item<double>() *
                   at_pixel(x[c], 2 * i + p / 4 - 1, 2 * j + p % 4 - 1);
          }
        }
        out[o][i][j] = sum;
      }
    }
  }
  return out;
}

/// Its transpose: each value of [C, R, S] is spread over 4 x 4 pixels of [C', 2 R, 2 S].
torch::Tensor plain_transposed(const torch::Tensor& x, const torch::Tensor& weight,
                               const torch::Tensor& bias) {
  torch::Tensor out = bias.view({-1, 1, 1}).repeat({1, 2 * x.size(1) + 2, 2 * x.size(2) + 2});
  for (std::int64_t c = 0; c < x.size(0); ++c) {
    for (std::int64_t i = 0; i < x.size(1); ++i) {
      for (std::int64_t j = 0; j < x.size(2); ++j) {
        out.narrow(1, 2 * i, 4).narrow(2, 2 * j, 4).add_(weight[c] * x[c][i][j]);
      }
    }
  }
  return out.narrow(1, 1, 2 * x.size(1)).narrow(2, 1, 2 * x.size(2)).clone();
}

TEST(ArmConvolutions, AreConvolutionsWithReluByLoopsForEachArm) {
  const torch::NoGradGuard no_grad;
  ArmConvolutions encoder = encoder_of(2);
  const auto own = support::parameters_of(encoder);
  ASSERT_EQ(own.size(), 4U);
  const torch::Tensor x = some_values({2, 3, 35});
  const torch::Tensor code = encoder.forward(x);
  ASSERT_EQ(code.sizes(), (std::vector<std::int64_t>{2, 3, encoder.outputs()}));
  for (std::int64_t a = 0; a < 2; ++a) {
    for (std::int64_t b = 0; b < 3; ++b) {
      torch::Tensor h = torch::zeros({1, 8, 8}, kDouble);
      h[0].narrow(0, 1, 5).narrow(1, 0, 7).copy_(x[a][b].view({5, 7}));
      h = torch::relu(plain_convolution(h, own[0].tensor[a], own[1].tensor[a]));
      h = torch::relu(plain_convolution(h, own[2].tensor[a], own[3].tensor[a]));
      EXPECT_TRUE(torch::allclose(code[a][b], h.flatten(), 1e-10, 1e-10)) << a << " " << b;
    }
  }
}

TEST(ArmTransposedConvolutions, AreTransposedConvolutionsByLoopsForEachArmCutToTheImage) {
  const torch::NoGradGuard no_grad;
  ArmTransposedConvolutions decoder = decoder_of(2);
  const auto own = support::parameters_of(decoder);
  ASSERT_EQ(own.size(), 4U);
  ASSERT_EQ(decoder.inputs(), 3 * 2 * 2);
  const torch::Tensor x = some_values({2, 3, 12});
  const torch::Tensor out = decoder.forward(x);
  ASSERT_EQ(out.sizes(), (std::vector<std::int64_t>{2, 3, 35}));
  for (std::int64_t a = 0; a < 2; ++a) {
    for (std::int64_t b = 0; b < 3; ++b) {
      torch::Tensor h = x[a][b].view({3, 2, 2});
      h = torch::relu(plain_transposed(h, own[0].tensor[a], own[1].tensor[a]));
      h = plain_transposed(h, own[2].tensor[a], own[3].tensor[a]);
      const torch::Tensor image = h[0].narrow(0, 1, 5).narrow(1, 0, 7);
      EXPECT_TRUE(torch::allclose(out[a][b], image.flatten(), 1e-10, 1e-10)) << a << " " << b;
    }
  }
}

TEST(ArmTransposedConvolutions, TheWeightsOfOneArmServeAnyNumber) {
  const torch::NoGradGuard no_grad;
  const ArmTransposedConvolutions decoder = decoder_of(1);
  const torch::Tensor x = some_values({4, 3, 12});
  const torch::Tensor out = decoder.forward(x);
  ASSERT_EQ(out.sizes(), (std::vector<std::int64_t>{4, 3, 35}));
  for (std::int64_t a = 0; a < 4; ++a) {
    EXPECT_TRUE(torch::allclose(out[a], decoder.forward(x.narrow(0, a, 1))[0], 1e-10, 1e-10)) << a;
  }
}

/// Copies arm a's weights of all arms' network into a network of one arm.
template <class Part>
void copy_arm(Part& all, Part& one, std::int64_t a) {
  const torch::NoGradGuard no_grad;
  const auto from = support::parameters_of(all);
  const auto to = support::parameters_of(one);
  for (std::size_t i = 0; i < to.size(); ++i) {
    to[i].tensor[0].copy_(from[i].tensor[a]);
  }
}

/// Expects values and gradients of three arms to be those of three networks of one arm.
template <class Part, class Make>
void expect_separate_networks(const Make& make, std::int64_t inputs, bool one_input) {
  Part all = make(3, false);
  const torch::Tensor x = some_values({one_input ? 1 : 3, 4, inputs});
  const torch::Tensor out =
      all.forward(one_input && inputs == 35 ? x[0] : x.expand({3, 4, inputs}));
  const torch::Tensor weights = some_values(out.sizes(), 5);
  (out * weights).sum().backward();
  for (std::int64_t a = 0; a < 3; ++a) {
    Part one = make(1, false);
    copy_arm(all, one, a);
    const torch::Tensor own = one.forward(x.narrow(0, one_input ? 0 : a, 1));
    EXPECT_TRUE(torch::allclose(out[a], own[0], 1e-10, 1e-10));
    (own * weights.narrow(0, a, 1)).sum().backward();
    const auto from = support::parameters_of(all);
    const auto to = support::parameters_of(one);
    for (std::size_t i = 0; i < to.size(); ++i) {
      EXPECT_TRUE(torch::allclose(from[i].tensor.grad()[a], to[i].tensor.grad()[0], 1e-9, 1e-9))
          << to[i].name;
    }
  }
}

TEST(ArmConvolutions, ArmsAreSeparateNetworks) {
  for (const bool one_input : {false, true}) {
    expect_separate_networks<ArmConvolutions>(encoder_of, 35, one_input);
    expect_separate_networks<ArmTransposedConvolutions>(decoder_of, 12, one_input);
  }
}

TEST(ArmConvolutions, SharedWeightsAreOneForAllArms) {
  ArmConvolutions encoder = encoder_of(3, true);
  ArmTransposedConvolutions decoder = decoder_of(3, true);
  EXPECT_EQ(support::parameters_of(encoder)[0].tensor.size(0), 1);
  EXPECT_EQ(support::parameters_of(decoder)[0].tensor.size(0), 1);
  const torch::Tensor code = encoder.forward(some_values({35}).expand({3, 2, 35}));
  EXPECT_TRUE(torch::allclose(code[0], code[2], 1e-12, 1e-12));
  const torch::Tensor out = decoder.forward(some_values({12}).expand({3, 2, 12}));
  EXPECT_TRUE(torch::allclose(out[0], out[2], 1e-12, 1e-12));
}

/// Expects the gradients of all parameters to be central differences.
template <class Part>
void expect_finite_differences(Part part, const torch::Tensor& x) {
  const torch::Tensor weights = some_values(part.forward(x).sizes(), 3);
  const auto loss = [&] { return (part.forward(x) * weights).sum(); };
  loss().backward();
  for (const NamedTensor& parameter : support::parameters_of(part)) {
    const torch::Tensor gradient = parameter.tensor.grad().clone().flatten();
    const torch::Tensor values = parameter.tensor.detach().flatten();
    const torch::NoGradGuard no_grad;
    for (std::int64_t i = 0; i < values.numel(); i += 1 + values.numel() / 20) {
      const double old = values[i].item<double>();
      values[i] = old + 1e-6;
      const double above = loss().template item<double>();
      values[i] = old - 1e-6;
      const double below = loss().template item<double>();
      values[i] = old;
      EXPECT_NEAR((above - below) / 2e-6, gradient[i].item<double>(), 1e-5)
          << parameter.name << " " << i;
    }
  }
}

TEST(ArmConvolutions, HaveTheGradientsOfFiniteDifferences) {
  for (const bool shared : {false, true}) {
    expect_finite_differences(encoder_of(2, shared), some_values({2, 3, 35}));
    expect_finite_differences(encoder_of(2, shared), some_values({3, 35}));
    expect_finite_differences(decoder_of(2, shared), some_values({2, 3, 12}));
  }
}

TEST(ArmConvolutions, CountProductsAndValues) {
  // 8 x 8 -> 4 x 4 of 3 channels -> 2 x 2 of 2, and back.
  EXPECT_EQ(encoder_of(2).further_products(), 16 * 3 * (16 - 1) + 16 * 6 * (4 - 1));
  EXPECT_EQ(encoder_of(2).values(), 64 + 3 * 16 + 2 * 4);
  EXPECT_EQ(encoder_of(2).outputs(), 2 * 4);
  EXPECT_EQ(decoder_of(2).further_products(), 16 * 6 * (4 - 1) + 16 * 2 * (16 - 1));
  EXPECT_EQ(decoder_of(2).values(), 2 * 16 + 64);
}

TEST(ArmConvolutions, SeveralOutputsPerPixelAreBlocks) {
  ArmTransposedConvolutions decoder(2, kImage, {3, 2}, 2, false, 7, 0);
  const torch::Tensor out = decoder.forward(some_values({2, 3, 12}).to(torch::kFloat32));
  EXPECT_EQ(out.sizes(), (std::vector<std::int64_t>{2, 3, 70}));
}

TEST(ArmConvolutions, RefuseImagesTooSmall) {
  EXPECT_THAT(support::refusal([] {
                ArmConvolutions(1, {3, 9}, {4, 4}, false, 7, 0);
              }),
              testing::HasSubstr("images are too small"));
  EXPECT_THAT(support::refusal([] {
                ArmTransposedConvolutions(1, {3, 9}, {4, 4}, 1, false, 7, 0);
              }),
              testing::HasSubstr("images are too small"));
}

}  // namespace arm_convolutions_test
}  // namespace mixvae::nn
