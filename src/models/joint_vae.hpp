#pragma once

#include <vector>

#include "models/model_options.hpp"
#include "models/model_shape.hpp"
#include "models/parts/arm_encoder.hpp"
#include "models/parts/decoder.hpp"
#include "models/parts/state_head.hpp"
#include "models/parts/type_head.hpp"
#include "models/recipe.hpp"

namespace mixvae::models {

/// How the reconstruction is weighed against the capacity terms: all of the objective over the
/// number of features, or the reconstruction alone.
enum class JointScale { objective, reconstruction };

/// Channel capacities C(t), in nats, which rise linearly from 0 over so many steps, and the weights
/// of the KL divergences' distances from them.
struct CapacityOptions {
  double state_capacity = 5;
  double state_weight = 30;
  double type_capacity = 5;
  double type_weight = 30;
  std::int64_t capacity_steps = 25000;
  JointScale scale = JointScale::objective;
};

/// Architecture, objective and phases of JointVAE: fully connected by default, for vectors of
/// values; convolutional as published, for images.
struct JointVaeOptions {
  EncoderOptions encoder = {.hidden = 256, .hidden_layers = 1, .latent = 256};
  NetworkOptions network;
  EncoderNormOptions encoder_norm = {.norm = EncoderNorm::none};
  InputDropoutOptions input;
  TypeSampleOptions type_sample = {.temperature = 0.67};
  StateOptions states = {.states = 10};
  DecoderSizeOptions decoder_sizes;
  LikelihoodOptions likelihood;
  OutputOptions output;
  CapacityOptions capacity;
  TargetOptions target;
};

std::vector<PartOptions> parts(JointVaeOptions& model);

/// JointVAE (Dupont, "Learning disentangled joint continuous and discrete representations", NeurIPS
/// 2018; docs/equations.md): one autoencoder whose type c and states z are independent given x.
/// Minimises, over the number of features D,
///   R + state_weight |C_z(t) - KL_z| + type_weight |C_c(t) - KL_c|
/// with KL_z = KL(q(z|x) || N(0, I)) and KL_c = KL(q(c|x) || uniform), means over cells. Validation
/// compares with the capacities at their end.
class JointVae final : public Model {
 public:
  /// Throws UsageError for types < 1 and features < 1, InputError where a convolutional network is
  /// asked for and the features are no image.
  JointVae(const ModelShape& shape, const JointVaeOptions& options, std::uint64_t seed);

  std::int64_t arms() const override { return 1; }
  std::int64_t types() const override { return shape_.types; }
  std::int64_t features() const override { return shape_.features; }
  std::int64_t states() const override { return options_.states.states; }
  bool reads_sparse_rows(const nn::Execution& execution) const override;
  std::int64_t wide_outputs() const override { return decoder_.wide_outputs(); }

  void start_outputs(const torch::Tensor& mean) override { decoder_.start_outputs(mean); }
  LossTerms training_loss(const Batch& batch) override;
  LossTerms validation_loss(const Batch& batch) override;
  Posterior infer(const Batch& batch) override;
  /// States are drawn from their prior N(0, I).
  torch::Tensor generate(const Generation& wanted) override;
  torch::Tensor decode(std::int64_t arm, const torch::Tensor& types,
                       const torch::Tensor& states) override {
    return decoder_.mean_of_arm(arm, types, states);
  }

  void visit(const TensorVisitor& visitor) override;
  torch::Tensor kept_types() const override { return type_head_.kept(); }
  void prune_type(std::int64_t type) override;
  double products_per_cell() override;
  std::int64_t values_per_cell() override;

 private:
  struct Encoded {
    torch::Tensor latent;   // [1, B, L]
    nn::TypePosterior q;    // [1, B, K]
    torch::Tensor type;     // [1, B, K] sample in training, else one-hot of the most probable
    StatePosterior state;   // [1, B, S]
    torch::Tensor sampled;  // [1, B, S] sample in training, else the mean
  };

  Encoded encode_training(const Batch& batch);
  Encoded encode_evaluation(const Batch& batch);
  /// [] share of its end that the capacities have reached, in [0, 1].
  torch::Tensor progress(const Batch& batch, const torch::TensorOptions& tensors) const;
  LossTerms objective(const Encoded& encoded, const Batch& batch,
                      const torch::Tensor& progress) const;
  nn::NoiseKey noise(Purpose purpose, const Batch& batch) const {
    return {seed_, purpose, batch.step_number()};
  }

  ModelShape shape_;
  JointVaeOptions options_;
  std::uint64_t seed_;
  LayerKeys keys_;
  ArmEncoder encoder_;
  TypeHead type_head_;
  StateHead state_head_;
  Decoder decoder_;
};

/// How JointVAE is trained: in one phase.
Recipe joint_vae_recipe(const JointVaeOptions& options, std::int64_t epochs);

}  // namespace mixvae::models
