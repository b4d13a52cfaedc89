#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nn/activation.hpp"
#include "nn/conv_layers.hpp"
#include "nn/named_tensor.hpp"
#include "nn/random.hpp"

namespace mixvae::nn {

/// Convolutional layers of an encoder of images: each convolution -> ELU (or ReLU) -> batch
/// normalisation with scale and shift, each pooling -> batch normalisation (docs/equations.md,
/// code). Convolutions pad with zeros. Letters: B images, C channels. Images have one channel,
/// pixels row by row; the convolutions themselves are libtorch's.
class ConvStack {
 public:
  static constexpr double kEpsilon = 1e-5;
  static constexpr double kMomentum = 0.01;

  ConvStack() = default;
  /// `normalised` false leaves the batch normalisations out. `layer` is the first of layers.size()
  /// keys of random numbers. Throws UsageError where images are too small for the layers.
  ConvStack(const ImageShape& image, std::vector<ConvLayer> layers, bool normalised,
            std::uint64_t seed, std::uint64_t layer, Activation activation = Activation::elu);

  /// [1, B, D] (or [B, D]) -> [1, B, outputs()], with the batch's statistics.
  torch::Tensor forward_training(const torch::Tensor& x);
  /// The same with dropout of a share of each layer's values; the running statistics stay as they
  /// are. `noise.step` keys the first layer's mask, others follow.
  torch::Tensor forward_noisy(const torch::Tensor& x, double dropout, NoiseKey noise) const;
  /// The same with the running statistics and without dropout.
  torch::Tensor forward_evaluation(const torch::Tensor& x) const;

  /// Values per image after the last layer.
  std::int64_t outputs() const { return outputs_; }

  void visit(const std::string& name, const TensorVisitor& visitor);

 private:
  enum class Statistics { of_batch, of_batch_unrecorded, running };
  struct Norm {
    torch::Tensor scale, shift, mean, variance;  // [C] each
  };

  torch::Tensor as_images(const torch::Tensor& x) const;
  static torch::Tensor as_rows(const torch::Tensor& images);
  torch::Tensor layer_output(std::size_t i, const torch::Tensor& h, Statistics statistics) const;

  ImageShape image_;
  Activation activation_ = Activation::elu;
  std::vector<ConvLayer> layers_;
  std::vector<torch::Tensor> weights_;  // [C', C, kernel, kernel] per layer, undefined for pooling
  std::vector<torch::Tensor> biases_;   // [C']
  std::vector<Norm> norms_;             // one per layer, or none
  std::int64_t outputs_ = 0;
};

}  // namespace mixvae::nn
