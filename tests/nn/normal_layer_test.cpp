#include "nn/normal_layer.hpp"

#include <map>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "nn/random.hpp"

namespace mixvae::nn {
namespace normal_layer_test {

using Kind = NormalLayer::Kind;

torch::Tensor numbers(at::IntArrayRef shape) {
  return normal(shape, {3, Purpose::test, 0}, torch::TensorOptions().dtype(torch::kFloat64));
}

NormalLayer in_double(Kind kind, std::int64_t inputs, std::int64_t outputs, bool normalised) {
  NormalLayer layer(kind, inputs, outputs, normalised, 5, 2);
  layer.visit("", [](const std::string&, torch::Tensor& tensor, TensorKind) {
    convert_in_place(tensor, torch::TensorOptions().dtype(torch::kFloat64));
  });
  return layer;
}

std::map<std::string, torch::Tensor> tensors_of(NormalLayer& layer) {
  std::map<std::string, torch::Tensor> tensors;
  layer.visit("layer", [&](const std::string& name, torch::Tensor& tensor, TensorKind) {
    tensors[name] = tensor.detach();
  });
  return tensors;
}

TEST(NormalLayer, StartsFromTheAuthorsDistributions) {
  NormalLayer layer(Kind::affine, 300, 200, true, 5, 2);
  auto tensors = tensors_of(layer);
  EXPECT_NEAR(tensors["layer.weight"].mean().item<double>(), 0, 3e-4);
  EXPECT_NEAR(tensors["layer.weight"].std().item<double>(), 0.02, 3e-4);
  EXPECT_NEAR(tensors["layer.scale"].mean().item<double>(), 1, 0.01);
  EXPECT_NEAR(tensors["layer.scale"].std().item<double>(), 0.02, 0.005);
  EXPECT_EQ(tensors["layer.bias"].abs().max().item<double>(), 0);
  const NormalLayer other(Kind::affine, 300, 200, true, 5, 3);
  EXPECT_FALSE(torch::equal(layer.weight(), other.weight()));
}

TEST(NormalLayer, HasTheShapesAndProductsOfItsKind) {
  const LayerPass pass;
  const torch::Tensor image = numbers({3, 2, 6, 8});
  NormalLayer convolution = in_double(Kind::convolution, 2, 5, false);
  EXPECT_TRUE(torch::allclose(convolution.forward(image, pass),
                              at::conv2d(image, convolution.weight(), {}, 2, 1)));
  NormalLayer transposed = in_double(Kind::transposed, 2, 5, false);
  EXPECT_TRUE(torch::allclose(transposed.forward(image, pass),
                              at::conv_transpose2d(image, transposed.weight(), {}, 2, 1)));
  NormalLayer affine = in_double(Kind::affine, 4, 3, false);
  tensors_of(affine)["layer.bias"].fill_(0.25);
  const torch::Tensor x = numbers({2, 4});
  EXPECT_TRUE(torch::allclose(affine.forward(x, pass), torch::matmul(x, affine.weight()) + 0.25));
}

TEST(NormalLayer, NormalisesByTheBatchOrByTheRunningStatistics) {
  for (const Kind kind : {Kind::affine, Kind::convolution}) {
    NormalLayer layer = in_double(kind, 2, 3, true);
    auto tensors = tensors_of(layer);
    tensors["layer.bias"].fill_(0.5);
    const bool images = kind == Kind::convolution;
    const torch::Tensor x = images ? numbers({4, 2, 6, 6}) : numbers({7, 2});
    const torch::Tensor raw =
        images ? at::conv2d(x, layer.weight(), {}, 2, 1) : torch::matmul(x, layer.weight());
    const std::vector<std::int64_t> over =
        images ? std::vector<std::int64_t>{0, 2, 3} : std::vector<std::int64_t>{0};
    const std::vector<std::int64_t> shape =
        images ? std::vector<std::int64_t>{1, 3, 1, 1} : std::vector<std::int64_t>{1, 3};
    const auto expected = [&](const torch::Tensor& mean, const torch::Tensor& variance) {
      return (raw - mean.view(shape)) * torch::rsqrt(variance.view(shape) + 1e-5) *
                 tensors["layer.scale"].view(shape) +
             0.5;
    };
    const torch::Tensor mean = raw.mean(over);
    const torch::Tensor biased = raw.var(over, false);
    const torch::Tensor unrecorded = layer.forward(x, {NormStatistics::of_batch, true});
    EXPECT_TRUE(torch::allclose(unrecorded, expected(mean, biased)));
    EXPECT_EQ(tensors["layer.running_mean"].abs().max().item<double>(), 0);
    EXPECT_TRUE(
        torch::allclose(layer.forward(x, {NormStatistics::of_batch_recorded, true}), unrecorded));
    EXPECT_TRUE(torch::allclose(tensors["layer.running_mean"], 0.1 * mean));
    EXPECT_TRUE(
        torch::allclose(tensors["layer.running_variance"], 0.9 + 0.1 * raw.var(over, true)));
    EXPECT_TRUE(torch::allclose(
        layer.forward(x, {NormStatistics::running, true}),
        expected(tensors["layer.running_mean"], tensors["layer.running_variance"])));
  }
}

TEST(NormalLayer, AsAConstantPassesGradientsToItsInputAlone) {
  for (const bool normalised : {false, true}) {
    NormalLayer layer = in_double(Kind::affine, 2, 3, normalised);
    const torch::Tensor x = numbers({7, 2}).requires_grad_();
    const auto gradient = [&](bool learns) {
      const torch::Tensor y = layer.forward(x, {NormStatistics::of_batch, learns});
      return torch::autograd::grad({y.pow(3).sum()}, {x})[0];
    };
    EXPECT_TRUE(torch::allclose(gradient(false), gradient(true)));
    layer.forward(x, {NormStatistics::of_batch, false}).pow(3).sum().backward();
    EXPECT_FALSE(layer.weight().grad().defined());
  }
}

TEST(NormalLayer, ABatchOfOneCellHasNoStatistics) {
  const NormalLayer layer = in_double(Kind::affine, 2, 3, true);
  EXPECT_THROW(layer.forward(numbers({1, 2}), {}), Bug);
  EXPECT_NO_THROW(layer.forward(numbers({1, 2}), {NormStatistics::running, true}));
}

}  // namespace normal_layer_test
}  // namespace mixvae::nn
