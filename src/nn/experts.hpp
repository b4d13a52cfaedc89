#pragma once

#include <string>
#include <vector>

#include "nn/activation.hpp"
#include "nn/arm_linear.hpp"
#include "nn/execution.hpp"
#include "nn/expert_norm.hpp"

namespace mixvae::nn {

/// The cells of all arms, arm by arm and within an arm expert by expert.
struct ExpertGroups {
  torch::Tensor order;                    // [A B] int64: place in the order -> a B + cell
  std::vector<std::int64_t> first_cells;  // [A K + 1] first place of each expert

  /// Values [A B, ...] in this order back in that of the cells.
  torch::Tensor ungroup(const torch::Tensor& values) const;
};

/// What stands between the affine layers of experts.
struct ExpertLayers {
  bool normalised = false;  // by the expert's cells in the batch, before the activation
  Activation activation = Activation::elu;
};

/// Whether experts normalise by the batch, whose statistics then move the running ones, or by the
/// running statistics.
enum class Statistics { running, of_batch };

/// K expert networks in each of A arms, all of one shape: affine layers with a norm, where asked,
/// and an activation between them. Letters: B cells, I inputs, O outputs.
class Experts {
 public:
  Experts() = default;
  /// widths: I, hidden..., O; `layer` is the first of widths.size() - 1 keys of random numbers.
  Experts(std::int64_t arms, std::int64_t experts, const std::vector<std::int64_t>& widths,
          std::uint64_t seed, std::uint64_t layer, const ExpertLayers& between = {});

  /// Each cell through one expert of its arm: x [A, B, I], expert [A, B] int64 in [0, K) ->
  /// [A, B, O]. On the CPU as groups, on other devices and in the repeatable form in tiles.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& expert,
                        const Execution& execution = {},
                        Statistics statistics = Statistics::running) const;
  /// Who goes to which expert [A, B] int64 in [0, K). Waits for a device (for the groups' sizes).
  ExpertGroups groups_of(const torch::Tensor& expert) const;
  /// The same as forward with cells gathered by expert, so the work is that of one network,
  /// whatever K is. Waits for a device (for the groups' sizes).
  torch::Tensor forward_grouped(const torch::Tensor& x, const torch::Tensor& expert,
                                Statistics statistics = Statistics::running) const;
  /// Whether fused_hidden() can be asked for: ELU, and no norm.
  bool suit_kernels() const;
  /// All layers but the last by kernels (fused_expert_layers), with ELU: x [A, B, I] -> [A B, H] in
  /// the groups' order.
  torch::Tensor fused_hidden(const torch::Tensor& x, const ExpertGroups& groups) const;
  /// The same as forward with the cells of each expert padded to whole tiles of `tile` cells, as
  /// many tiles as can be needed at most (A B / tile + A K): no shape depends on the types, so that
  /// a device can repeat the step by itself.
  torch::Tensor forward_tiled(const torch::Tensor& x, const torch::Tensor& expert,
                              std::int64_t tile, Statistics statistics = Statistics::running) const;
  /// Mean of all experts' outputs with weights [A, B, K]: [A, B, I] -> [A, B, O]. K times the work;
  /// the experts' outputs themselves are never formed. Norms are by all cells of the batch.
  torch::Tensor forward_soft(const torch::Tensor& x, const torch::Tensor& weights,
                             Statistics statistics = Statistics::running) const;

  std::int64_t experts() const { return experts_; }
  /// Parameters that one cell passes by with hard routing: those of all experts but one of an arm.
  std::int64_t passed_by() const;
  /// Values that soft routing keeps per cell: all experts' hidden layers.
  std::int64_t soft_values() const;
  std::vector<ArmLinear>& layers() { return layers_; }
  const ArmLinear& last_layer() const { return layers_.back(); }
  void visit(const std::string& name, const TensorVisitor& visitor);

 private:
  /// Before the last layer: [A, B, I] -> [A, K, B, H].
  torch::Tensor hidden_of_all(const torch::Tensor& x, Statistics statistics) const;
  /// Norm and activation behind hidden layer i: [N, H] -> [N, H].
  torch::Tensor between(std::size_t i, const torch::Tensor& h, const RowsOfBanks& rows,
                        Statistics statistics) const;
  torch::Tensor banks_of(const torch::Tensor& expert, bool readable) const;

  std::int64_t arms_ = 0;
  std::int64_t experts_ = 0;
  ExpertLayers form_;
  std::vector<ArmLinear> layers_;  // banks of A K members, those of one arm side by side
  std::vector<ExpertNorm> norms_;  // one per hidden layer, or none
};

}  // namespace mixvae::nn
