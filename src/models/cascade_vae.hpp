#pragma once

#include "models/cascade_vae_options.hpp"
#include "models/model_shape.hpp"
#include "models/parts/arm_encoder.hpp"
#include "models/parts/decoder.hpp"
#include "models/parts/state_head.hpp"
#include "models/recipe.hpp"

namespace mixvae::models {

/// CascadeVAE (Jeong and Song, "Learning discrete and continuous factors of data via alternating
/// disentanglement", ICML 2019; docs/equations.md, CascadeVAE): an autoencoder of states z whose
/// types c no network infers. In each step the types of a batch are those that, for the same sample
/// of z, minimise
///   sum_n R(x_n, z_n, c_n) + lambda' sum_k n_k (n_k - 1) / 2
/// exactly, over all K decodings of each cell; the networks then learn by the gradient of
///   mean_n R(x_n, z_n, c_n) + sum_s w_s KL_s + weight_penalty 1/2 sum w^2.
/// The weights w_s release one state after another, stage by stage; in the first stages the decoder
/// is told no type. Of a cell that is read, the type with the least error at the mean of z is the
/// most probable, q(c|x) = softmax(-R).
class CascadeVae final : public Model {
 public:
  /// In the last stage. Throws UsageError for types < 1, features < 1, states < 1, and stages that
  /// are longer than the training, InputError where a convolutional network is asked for and the
  /// features are no image.
  CascadeVae(const ModelShape& shape, const CascadeVaeOptions& options, std::uint64_t seed);

  std::int64_t arms() const override { return 1; }
  std::int64_t types() const override { return shape_.types; }
  std::int64_t features() const override { return shape_.features; }
  std::int64_t states() const override { return options_.states.states; }
  bool reads_sparse_rows(const nn::Execution& execution) const override;
  std::int64_t wide_outputs() const override { return decoder_.wide_outputs(); }

  void start_outputs(const torch::Tensor& mean) override { decoder_.start_outputs(mean); }
  LossTerms training_loss(const Batch& batch) override;
  /// With each cell's most probable type.
  LossTerms validation_loss(const Batch& batch) override;
  Posterior infer(const Batch& batch) override;
  /// States are drawn from their prior N(0, I).
  torch::Tensor generate(const Generation& wanted) override;
  torch::Tensor decode(std::int64_t arm, const torch::Tensor& types,
                       const torch::Tensor& states) override {
    return decoder_.mean_of_arm(arm, types, states);
  }

  void visit(const TensorVisitor& visitor) override;
  torch::Tensor kept_types() const override { return kept_.to(torch::kCPU); }
  void prune_type(std::int64_t type) override;
  void enter_stage(std::int64_t stage) override;
  /// The host finds the cheapest flow.
  bool steps_repeat() const override { return false; }
  double products_per_cell() override;
  std::int64_t values_per_cell() override;

 private:
  struct Encoded {
    torch::Tensor latent;   // [1, B, L]
    StatePosterior state;   // [1, B, S]
    torch::Tensor sampled;  // [1, B, S] sample in training, else the mean
  };

  Encoded encode_training(const Batch& batch);
  Encoded encode_evaluation(const Batch& batch);
  /// [B, K] errors of all decodings of states [1, B, S], without gradients.
  torch::Tensor type_costs(const torch::Tensor& states,
                           const objectives::ReconstructionTarget& target,
                           const nn::Execution& execution) const;
  /// [1, B, K] one-hot: the cheapest flow from cells to types.
  torch::Tensor assigned(const torch::Tensor& costs) const;
  /// q(c|x), [1, B, K].
  torch::Tensor posterior(const torch::Tensor& costs) const;
  LossTerms objective(const Encoded& encoded, const torch::Tensor& type, const Batch& batch);

  ModelShape shape_;
  CascadeVaeOptions options_;
  std::uint64_t seed_;
  LayerKeys keys_;
  ArmEncoder encoder_;
  StateHead state_head_;
  Decoder decoder_;
  torch::Tensor kept_;  // [K] bool
  CascadeStage stage_;
};

/// How CascadeVAE is trained: in a phase for each stage.
Recipe cascade_vae_recipe(const CascadeVaeOptions& options, std::int64_t epochs);

}  // namespace mixvae::models
