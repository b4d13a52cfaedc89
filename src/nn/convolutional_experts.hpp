#pragma once

#include <string>
#include <vector>

#include "nn/experts.hpp"
#include "nn/halved_image.hpp"
#include "nn/named_tensor.hpp"

namespace mixvae::nn {

/// The layers of experts of images.
struct ExpertImages {
  ImageShape image;
  std::int64_t first_channels = 0;  // of the images that the dense layer makes
  std::vector<ConvLayer> layers;    // convolutions of stride 1; "pooling" ones double the image
};

/// First channels and layers from words: a number, then for each layer CHANNELS or CHANNELSxKERNEL
/// (kernel 3 without it), or "up", which doubles the image. Throws UsageError for other words, and
/// for images with sides too short to be halved so many times.
ExpertImages expert_images(const ImageShape& image, const std::vector<std::string>& words);

/// K experts of images in each of A arms (MoE-Sim-VAE, table B.3; docs/equations.md, decoder):
/// one dense layer to a small image of several channels, then convolutions that pad with zeros and
/// doublings (each pixel becomes 2 x 2), with an activation before each convolution but for the
/// last one's output, which are P channels of the image. What is more than the image is cut off.
/// Cells go through the convolutions by groups, as through Experts. Letters: B images, I inputs, D
/// pixels.
class ConvolutionalExperts {
 public:
  ConvolutionalExperts(std::int64_t arms, std::int64_t experts, std::int64_t inputs,
                       ExpertImages images, std::int64_t outputs_per_pixel, Activation activation,
                       std::uint64_t seed, std::uint64_t layer);
  /// Keys of random numbers that so many layers take.
  static std::uint64_t keys(const ExpertImages& images) { return images.layers.size() + 2; }

  /// Each image through one expert of its arm: x [A, B, I], expert [A, B] int64 in [0, K) ->
  /// [A, B, P D]. Waits for a device (for the groups' sizes).
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& expert) const;
  /// Mean of all experts' outputs with weights [A, B, K]: [A, B, I] -> [A, B, P D]; K times the
  /// work.
  torch::Tensor forward_soft(const torch::Tensor& x, const torch::Tensor& weights) const;

  /// Parameters of all experts but one of each arm.
  std::int64_t passed_by() const;
  /// Products of a weight and a value per image and expert beyond one for each weight.
  double further_products() const;
  /// Values that all layers of an expert give per image.
  std::int64_t values() const;
  void visit(const std::string& name, const TensorVisitor& visitor);

 private:
  /// Cells [n, first channels x pixels] of one network -> [n, P D].
  torch::Tensor through(std::int64_t network, const torch::Tensor& rows) const;

  ExpertImages images_;
  HalvedImage sizes_;
  Experts dense_;
  Activation activation_;
  std::vector<torch::Tensor> weights_;  // [A K, C', C, kernel, kernel] per convolution
  std::vector<torch::Tensor> biases_;   // [A K, C']
};

}  // namespace mixvae::nn
