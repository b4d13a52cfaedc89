#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "models/image_shape.hpp"
#include "models/parts/encoder_options.hpp"
#include "models/parts/image_network.hpp"
#include "models/parts/layer_keys.hpp"
#include "nn/halved_image.hpp"
#include "nn/normal_layer.hpp"

namespace mixvae::models {

/// Whether discriminator and generator read and give vectors or images.
struct AdversarialNetworkOptions {
  NetworkKind network = NetworkKind::dense;
  std::optional<std::int64_t> image_width = {};
};

Options options(AdversarialNetworkOptions& network);

/// The activation of discriminator and recognition: x, of negative values 0.01 x.
torch::Tensor leaky(const torch::Tensor& x);

// InfoGAN's networks (docs/equations.md, InfoGAN): of images, by two convolutions of 64 and 128
// channels that halve them and a dense layer of 1024 units; of vectors, by dense layers. Letters: B
// cells, D features, F hidden units, I inputs of the generator, P outputs per feature.

/// What discriminator and recognition share: leaky ReLU 0.01 after each layer, batch normalisation
/// before it but for the first layer.
class AdversarialTrunk {
 public:
  /// Throws InputError where images are asked for and the features are none.
  AdversarialTrunk(std::int64_t features, const AdversarialNetworkOptions& network,
                   const EncoderOptions& sizes, LayerKeys& keys);

  /// [B, D] -> [B, F].
  torch::Tensor forward(const torch::Tensor& x, const nn::LayerPass& pass) const;
  std::int64_t outputs() const;  // F
  /// Products of a weight and a value per cell beyond one for each weight.
  double further_products() const;
  /// Values that the layers give per cell.
  std::int64_t values_per_cell() const;
  void visit(const std::string& name, const TensorVisitor& visitor);

 private:
  std::optional<nn::HalvedImage> image_;
  std::vector<nn::NormalLayer> convolutions_;
  std::vector<nn::NormalLayer> dense_;
};

/// The trunk mirrored: ReLU and batch normalisation after each layer but the last.
class AdversarialGenerator {
 public:
  /// Gives so many outputs per feature.
  AdversarialGenerator(std::int64_t inputs, std::int64_t features, std::int64_t outputs_per_feature,
                       const AdversarialNetworkOptions& network, const EncoderOptions& sizes,
                       LayerKeys& keys);

  /// [B, I] -> outputs [B, P D], P blocks of the D features.
  torch::Tensor forward(const torch::Tensor& x, const nn::LayerPass& pass) const;
  double further_products() const;
  std::int64_t values_per_cell() const;
  void visit(const std::string& name, const TensorVisitor& visitor);

 private:
  std::optional<nn::HalvedImage> image_;
  std::vector<nn::NormalLayer> dense_;
  std::vector<nn::NormalLayer> transposed_;
};

}  // namespace mixvae::models
