#pragma once

#include <cstdint>
#include <string>

#include "nn/named_tensor.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {

/// Which statistics a batch normalisation takes: the batch's own, which may move the running ones,
/// or the running ones.
enum class NormStatistics { of_batch_recorded, of_batch, running };

/// How layers are passed through.
struct LayerPass {
  NormStatistics statistics = NormStatistics::of_batch;
  bool learns = true;  // false: the layer's parameters are constants, which costs less
};

/// A layer of an adversarial network as InfoGAN's authors have them (docs/equations.md, InfoGAN):
/// weights ~ N(0, 0.02); either a bias, 0 at first, or a batch normalisation with scale ~ N(1,
/// 0.02), shift, epsilon 1e-5 and running statistics that keep 0.9 of themselves. Activations are
/// the caller's. Letters: B cells, I inputs, O outputs, R x C pixels.
class NormalLayer {
 public:
  /// Affine [B, I] -> [B, O]; or of kernel 4 x 4, stride 2 and padding 1, a convolution [B, I, 2 R,
  /// 2 C] -> [B, O, R, C] or its transpose [B, I, R, C] -> [B, O, 2 R, 2 C].
  enum class Kind { affine, convolution, transposed };
  static constexpr double kDeviation = 0.02;
  static constexpr double kEpsilon = 1e-5;
  static constexpr double kMomentum = 0.1;

  NormalLayer(Kind kind, std::int64_t inputs, std::int64_t outputs, bool normalised,
              std::uint64_t seed, std::uint64_t layer);

  /// A batch's own statistics need B >= 2 for affine layers.
  torch::Tensor forward(const torch::Tensor& x, const LayerPass& pass) const;
  const torch::Tensor& weight() const { return weight_; }
  void visit(const std::string& name, const TensorVisitor& visitor);

 private:
  torch::Tensor product(const torch::Tensor& x, const torch::Tensor& weight) const;

  Kind kind_;
  torch::Tensor weight_;            // [I, O], [O, I, 4, 4] or, transposed, [I, O, 4, 4]
  torch::Tensor bias_;              // [O], of the product or after the normalisation
  torch::Tensor scale_;             // [O], undefined without normalisation, as are
  torch::Tensor running_mean_;      // [O]
  torch::Tensor running_variance_;  // [O]
};

}  // namespace mixvae::nn
