#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nn/halved_image.hpp"
#include "nn/named_tensor.hpp"

namespace mixvae::nn {

// Letters: A arms, B images, C channels, D = R S pixels of an image, row by row. Kernels are 4 x 4,
// strides 2, paddings 1, so that each layer halves or doubles an image's sides. All arms are one
// grouped convolution of libtorch; banks whose arms share their weights store them once.

/// Convolutions of images of one channel with a ReLU after each: the first layers of JointVAE's and
/// CascadeVAE's encoders (docs/equations.md, images).
class ArmConvolutions {
 public:
  ArmConvolutions() = default;
  /// `channels` each layer's outputs; `layer` is the first of channels.size() keys of random
  /// numbers. Throws UsageError where images are too small for so many layers.
  ArmConvolutions(std::int64_t arms, const ImageShape& image,
                  const std::vector<std::int64_t>& channels, bool shared_by_arms,
                  std::uint64_t seed, std::uint64_t layer);

  /// [A, B, D] (or [B, D], read by every arm) -> [A, B, outputs()].
  torch::Tensor forward(const torch::Tensor& x) const;
  /// Values per image after the last layer.
  std::int64_t outputs() const;
  /// Products of a weight and a value per image and arm, beyond one for each weight.
  double further_products() const;
  /// Values that all layers give per image and arm.
  std::int64_t values() const;
  void visit(const std::string& name, const TensorVisitor& visitor);

 private:
  std::int64_t arms_ = 0;
  HalvedImage image_;
  std::vector<torch::Tensor> weights_;  // [A or 1, C', C, 4, 4] per layer
  std::vector<torch::Tensor> biases_;   // [A or 1, C']
};

/// Transposed convolutions with a ReLU between them, the last without: the last layers of the
/// decoders. What is more than the image is cut off.
class ArmTransposedConvolutions {
 public:
  ArmTransposedConvolutions() = default;
  /// `channels` each layer's inputs; the last layer has `outputs_per_pixel` channels.
  ArmTransposedConvolutions(std::int64_t arms, const ImageShape& image,
                            const std::vector<std::int64_t>& channels,
                            std::int64_t outputs_per_pixel, bool shared_by_arms, std::uint64_t seed,
                            std::uint64_t layer);

  /// [A, B, inputs()] -> [A, B, P D], P blocks of the D pixels. The weights of one arm serve any A.
  torch::Tensor forward(const torch::Tensor& x) const;
  /// Values per image before the first layer.
  std::int64_t inputs() const;
  double further_products() const;
  std::int64_t values() const;
  void visit(const std::string& name, const TensorVisitor& visitor);

 private:
  std::int64_t arms_ = 0;
  HalvedImage image_;
  std::vector<torch::Tensor> weights_;  // [A or 1, C, C', 4, 4] per layer
  std::vector<torch::Tensor> biases_;   // [A or 1, C']
};

}  // namespace mixvae::nn
