#pragma once

#include <string>
#include <variant>

#include "models/model.hpp"
#include "models/parts/encoder_options.hpp"
#include "models/parts/layer_keys.hpp"
#include "nn/arm_linear.hpp"
#include "nn/conv_stack.hpp"
#include "nn/dense_stack.hpp"

namespace mixvae::models {

/// The mean of a code z: hidden layers, dense or convolutional (norm, activation), then one affine
/// layer (docs/equations.md, code). A noisy pass through the hidden layers has dropout after each
/// and leaves running statistics alone.
class CodeEncoder {
 public:
  struct Settings {
    EncoderOptions sizes;
    EncoderKindOptions kind;
    EncoderNormOptions norm;
    nn::Activation activation = nn::Activation::elu;
  };
  /// Throws InputError where a convolutional encoder is asked for and the features are no image.
  CodeEncoder(std::int64_t features, const Settings& settings, LayerKeys& keys);

  /// Means [1, B, L] of the clean pass and, where asked, of the noisy one.
  struct Means {
    torch::Tensor clean;
    torch::Tensor noisy;
  };
  Means training_means(const View& view, bool noisy, double dropout, const nn::NoiseKey& key,
                       const nn::Execution& execution);
  torch::Tensor evaluation_mean(const View& view) const;

  /// Products of a weight and a value per cell beyond one for each parameter.
  double further_products() const;
  /// Values that a step keeps per cell besides those as wide as the features.
  std::int64_t values_per_cell() const;
  void visit(const std::string& name, const TensorVisitor& visitor);
  void visit_code(const std::string& name, const TensorVisitor& visitor);

 private:
  nn::ImageShape image_;  // of a convolutional encoder
  Settings settings_;
  std::variant<nn::DenseStack, nn::ConvStack> hidden_;
  nn::ArmLinear code_;
};

}  // namespace mixvae::models
