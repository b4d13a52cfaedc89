#pragma once

#include <optional>

#include "models/cpl_mixvae_options.hpp"
#include "models/model_shape.hpp"
#include "models/parts/arm_encoder.hpp"
#include "models/recipe.hpp"

namespace mixvae::models {

/// The coupled mixture autoencoder (cpl-mixVAE; Marghi, Gala, Sumbul et al.; docs/equations.md): A
/// arms, each encoder -> type posterior -> state posterior -> decoder, all arms one bank of batched
/// layers. Minimises
///   sum_a (w R_a + beta KL_a + entropy negH_a) + coupling / (A - 1) sum_{a<b} D_ab
/// (the published objective over A - 1; without D for one arm); plus the documented extra terms
/// where their weight is set.
class CplMixVae final : public Model {
 public:
  /// Throws UsageError for types < 1, features < 1, and options that contradict each other.
  CplMixVae(const ModelShape& shape, const CplMixVaeOptions& options, std::uint64_t seed);

  std::int64_t arms() const override { return options_.arms.arms; }
  std::int64_t types() const override { return shape_.types; }
  std::int64_t features() const override { return shape_.features; }
  std::int64_t states() const override { return options_.states.states; }
  bool reads_sparse_rows(const nn::Execution& execution) const override;
  std::int64_t wide_outputs() const override { return decoder_.wide_outputs(); }

  void start_outputs(const torch::Tensor& mean) override { decoder_.start_outputs(mean); }
  LossTerms training_loss(const Batch& batch) override;
  LossTerms validation_loss(const Batch& batch) override;
  Posterior infer(const Batch& batch) override;
  /// States are drawn from their prior.
  torch::Tensor generate(const Generation& wanted) override;
  torch::Tensor decode(std::int64_t arm, const torch::Tensor& types,
                       const torch::Tensor& states) override {
    return decoder_.mean_of_arm(arm, types, states);
  }
  /// With states alone: each arm's type is its most probable one, and what types depend on receives
  /// no gradient and no new batch statistics. The objective becomes
  ///   sum_a ( D/2 ln(2 R_a / D) + KL_a )
  /// with R_a the arm's mean squared error: the ELBO of a Gaussian decoder at its best variance,
  /// in which states survive that explain more than noise does. With starting states in a batch,
  /// the state means learn those too.
  void learn(Objective objective) override;

  void visit(const TensorVisitor& visitor) override;
  torch::Tensor kept_types() const override { return type_head_.kept(); }
  void prune_type(std::int64_t type) override;
  double products_per_cell() override;
  std::int64_t values_per_cell() override;

 private:
  /// What an arm makes of its cells; in training samples, in evaluation the most probable type and
  /// the state's mean.
  struct Encoded {
    torch::Tensor latent;   // [A, B, L]
    nn::TypePosterior q;    // [A, B, K]
    torch::Tensor type;     // [A, B, K]
    StatePosterior state;   // [A, B, S]
    torch::Tensor sampled;  // [A, B, S]
  };

  Encoded encode_training(const Batch& batch);
  /// Types as in evaluation, without gradients; states as in training.
  Encoded encode_states(const Batch& batch);
  Encoded encode_evaluation(const Batch& batch);
  void encode_types(Encoded& encoded, const ArmInput& x, const nn::Execution& execution);
  StatePosterior state_posterior(const Encoded& encoded, const ArmInput& x, bool training,
                                 const nn::Execution& execution);
  torch::Tensor drawn_state(const StatePosterior& state, const Batch& batch) const;
  LossTerms objective(const Encoded& encoded, const Batch& batch, bool training);
  LossTerms state_objective(const Encoded& encoded, const Batch& batch) const;
  nn::NoiseKey noise(Purpose purpose, const Batch& batch) const {
    return {seed_, purpose, batch.step_number()};
  }

  ModelShape shape_;
  CplMixVaeOptions options_;
  std::uint64_t seed_;
  LayerKeys keys_;
  ArmEncoder encoder_;
  TypeHead type_head_;
  StateHead state_head_;
  Decoder decoder_;
  ArmCoupling coupling_;
  StatePrior state_prior_;
  std::optional<ArmEncoder> state_encoder_;  // nothing where states read the types' code
  Objective learned_ = Objective::whole;
};

/// How cpl-mixVAE is trained: from a partition where one is asked for, with rounds of pruning,
/// states last, from the cells themselves, since copies that are neighbours would average them out.
Recipe cpl_mixvae_recipe(const CplMixVaeOptions& options, std::int64_t epochs);

}  // namespace mixvae::models
