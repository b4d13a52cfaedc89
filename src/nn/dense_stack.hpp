#pragma once

#include <span>
#include <string>
#include <vector>

#include "nn/activation.hpp"
#include "nn/arm_batch_norm.hpp"
#include "nn/arm_linear.hpp"
#include "nn/execution.hpp"
#include "nn/random.hpp"

namespace mixvae::nn {

/// Hidden layers, each affine -> batch normalisation (if asked for) -> ELU or ReLU, for all arms of
/// a bank.
/// A noisy pass uses the same weights, the batch's own statistics, and dropout after each layer; it
/// leaves the running statistics alone. Training passes with ELU in single precision on the
/// CPU run as kernels (fused_elu_layers).
class DenseStack {
 public:
  DenseStack() = default;
  /// widths: I, hidden...; `layer` is the first of widths.size() - 1 keys of random numbers.
  DenseStack(std::int64_t arms, const std::vector<std::int64_t>& widths, bool normalised,
             std::uint64_t seed, std::uint64_t layer, Activation activation = Activation::elu);

  /// [A, B, I] (or [B, I]) -> [A, B, O], with the batch's statistics.
  torch::Tensor forward_training(const torch::Tensor& x, const Execution& execution = {});
  /// The same with dropout of a share of each layer's units; `noise.step` keys the first layer's
  /// mask, others follow.
  torch::Tensor forward_noisy(const torch::Tensor& x, double dropout, const NoiseKey& noise,
                              const Execution& execution = {}) const;
  /// Both of the same x; kernels compute the first affine function once for the two.
  struct Passes {
    torch::Tensor clean;
    torch::Tensor noisy;
  };
  Passes forward_both(const torch::Tensor& x, double dropout, const NoiseKey& noise,
                      const Execution& execution = {});
  /// [A, B, I] -> [A, B, O], with the running statistics.
  torch::Tensor forward_evaluation(const torch::Tensor& x) const;

  void visit(const std::string& name, const TensorVisitor& visitor);

 private:
  bool runs_kernels(const torch::Tensor& x, const Execution& execution) const;
  /// All layers by kernels; with `after_affine` x is what the first affine function gave. Norms
  /// `moved` follow the batch's statistics.
  torch::Tensor run_kernels(const torch::Tensor& x, bool after_affine,
                            std::vector<torch::Tensor> masks, std::span<ArmBatchNorm> moved) const;
  /// Dropout of each layer's outputs, keyed by noise.step and those that follow; none without.
  std::vector<torch::Tensor> masks_for(const torch::Tensor& x, double dropout,
                                       NoiseKey noise) const;
  /// Whether the first affine function is a product of its own.
  bool has_wide_input() const;

  Activation activation_ = Activation::elu;
  std::vector<ArmLinear> layers_;
  std::vector<ArmBatchNorm> norms_;  // one per layer, or none
};

}  // namespace mixvae::nn
