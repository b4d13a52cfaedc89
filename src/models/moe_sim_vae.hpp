#pragma once

#include "models/model_shape.hpp"
#include "models/moe_sim_vae_options.hpp"
#include "models/parts/code_encoder.hpp"
#include "models/parts/code_mixture.hpp"
#include "models/recipe.hpp"
#include "nn/dense_stack.hpp"

namespace mixvae::models {

/// The mixture-of-experts similarity autoencoder (MoE-Sim-VAE; Kopf et al. 2021;
/// docs/equations.md): encoder -> code z ~ N(loc, I) -> clustering network q(c|z), one expert
/// decoder per type. Minimises
///   reconstruction R + mixture_kl KL + similarity_weight Sim + depict_weight DEPICT
/// (plus entropy, balance and coupling terms where their weight is set; the last couples the clean
/// and the noisy pass as it couples the arms of cpl-mixVAE), every term a mean: R over cells and
/// features, KL over types, Sim over pairs, DEPICT over cells; or all but DEPICT sums.
/// The clustering network reads loc, or in training the sampled code; decoders read the sampled
/// code. A second pass, over the augmented copies where there are any, gives DEPICT's noisy
/// posterior: with dropout after every layer and a code noise of its own, or with dropout in the
/// clustering network alone. DEPICT's target is a constant.
class MoeSimVae final : public Model {
 public:
  /// Throws UsageError for types < 1 and features < 1, InputError where a convolutional encoder is
  /// asked for and the features are no image.
  MoeSimVae(const ModelShape& shape, const MoeSimVaeOptions& options, std::uint64_t seed);

  std::int64_t arms() const override { return 1; }
  std::int64_t types() const override { return shape_.types; }
  std::int64_t features() const override { return shape_.features; }

  void start_outputs(const torch::Tensor& mean) override { decoder_.start_outputs(mean); }
  LossTerms training_loss(const Batch& batch) override;
  LossTerms validation_loss(const Batch& batch) override;
  Posterior infer(const Batch& batch) override;
  /// Codes are drawn from a Gaussian with the mean and covariance that the type's codes (before
  /// noise) had in training and decoded by the type's expert; as published, from N(mu, I), and by
  /// the expert of their own clustering. Those that the clustering network finds too improbable to
  /// be of the type are rejected where asked. Throws InputError for a type that never had cells.
  torch::Tensor generate(const Generation& wanted) override;
  bool rejects_draws() const override { return true; }
  bool draws_as_published() const override { return true; }

  void visit(const TensorVisitor& visitor) override;
  torch::Tensor kept_types() const override { return type_head_.kept(); }
  void prune_type(std::int64_t type) override { type_head_.prune(type); }
  /// Not with convolutional experts, which read back how many cells each has.
  bool steps_repeat() const override { return options_.experts.network == ExpertNetwork::dense; }
  double products_per_cell() override;
  std::int64_t values_per_cell() override;

  /// Mean of each type's codes, [1, K, L].
  const torch::Tensor& type_means() const { return mixture_.means(); }

 private:
  struct Encoded {
    torch::Tensor loc;        // [1, B, L]
    torch::Tensor code;       // [1, B, L] sample in training, loc in evaluation
    nn::TypePosterior q;      // [1, B, K] of loc, or in training of code
    torch::Tensor type;       // [1, B, K] one-hot of the most probable type, no gradient
    nn::TypePosterior noisy;  // [1, B, K] of the noisy pass; of the clean one where that is all
    nn::Statistics statistics = nn::Statistics::running;  // by which experts normalise
    double missing_noise = 0;  // variance that codes without noise lack beside those of training
  };

  Encoded encode_training(const Batch& batch);
  Encoded encode_evaluation(const Batch& batch) const;
  torch::Tensor noisy_code(const torch::Tensor& loc, const nn::StepNumber& draw) const;
  nn::TypePosterior noisy_posterior(const torch::Tensor& code, const Batch& batch) const;
  bool uses_noisy_pass(const Batch& batch) const;
  torch::Tensor depict(const Encoded& encoded) const;
  LossTerms objective(const Encoded& encoded, const Batch& batch) const;
  void add_type_terms(const Encoded& encoded, const Batch& batch, ObjectiveSum& sum) const;
  nn::NoiseKey noise(Purpose purpose, const nn::StepNumber& step) const {
    return {seed_, purpose, step};
  }

  ModelShape shape_;
  MoeSimVaeOptions options_;
  std::uint64_t seed_;
  LayerKeys keys_;
  CodeEncoder encoder_;
  nn::DenseStack gating_;
  TypeHead type_head_;
  Decoder decoder_;
  CodeMixture mixture_;
};

/// How MoE-Sim-VAE is trained.
Recipe moe_sim_vae_recipe(const MoeSimVaeOptions& options, std::int64_t epochs);

}  // namespace mixvae::models
