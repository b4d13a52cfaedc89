#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/model.hpp"
#include "models/parts/encoder_options.hpp"
#include "models/parts/image_network.hpp"
#include "models/parts/layer_keys.hpp"
#include "nn/arm_batch_norm.hpp"
#include "nn/arm_convolutions.hpp"
#include "nn/arm_linear.hpp"
#include "nn/sparse_linear.hpp"

namespace mixvae::models {

/// What the arms' encoders read: sparse rows (one batch for all arms, or one per arm) with the
/// dropout that is still to come, or a dense tensor [A or none, B, D].
struct ArmInput {
  torch::Tensor dense;
  std::vector<nn::SparseRows> sparse;
  nn::Dropout dropout;
};

/// What encoders of so many arms read of a view, with dropout of a share of the values.
ArmInput arm_input(const View& view, std::int64_t arms, double dropout, const nn::NoiseKey& key);

/// Encoders of all arms, h = norm(relu(x W + b)) for each dense layer, D -> hidden -> ... ->
/// latent; those of images have convolutions first and one dense layer. All arms in one product
/// (docs/equations.md, encoder and images).
class ArmEncoder {
 public:
  struct Shape {
    std::int64_t arms = 1;
    std::int64_t features = 0;  // D
    bool shared_weights = false;
    bool normalised = true;
    std::optional<ImageNetwork> images = {};  // nothing: dense layers alone
  };
  /// Throws UsageError where images are too small for the layers.
  ArmEncoder(const Shape& shape, const EncoderOptions& options, LayerKeys& keys);

  /// The code [A, B, L].
  torch::Tensor encode(const ArmInput& x, bool training, const nn::Execution& execution);
  /// Whether kernels run on this encoder's values.
  bool runs_kernels(const nn::Execution& execution) const;
  /// Whether it reads sparse rows.
  bool reads_sparse_rows(const nn::Execution& execution) const {
    return !convolutions_ && runs_kernels(execution);
  }
  /// Products of a weight and a value per cell beyond one for each parameter, of all arms.
  double further_products() const;
  /// Values that a step keeps per cell of the convolutions of all arms.
  std::int64_t values_per_cell() const;
  void visit(const std::string& name, const TensorVisitor& visitor);

 private:
  std::int64_t arms_;
  std::optional<nn::ArmConvolutions> convolutions_;  // of images, before the layers
  std::vector<nn::ArmLinear> layers_;
  std::vector<nn::ArmBatchNorm> norms_;  // one per layer, or none
};

}  // namespace mixvae::models
