#pragma once

#include <variant>
#include <vector>

#include "models/cell_terms.hpp"
#include "models/cpl_mixvae_options.hpp"
#include "models/model.hpp"
#include "nn/conv_stack.hpp"
#include "nn/dense_stack.hpp"
#include "nn/experts.hpp"
#include "nn/type_posterior.hpp"
#include "objectives/fused_expert_error.hpp"

namespace mixvae::models {

/// The mixture-of-experts similarity autoencoder (MoE-Sim-VAE; Kopf et al. 2021; reference-notes
/// 3.1-3.2): encoder -> code z ~ N(loc, I) -> clustering network q(c|z), one expert decoder per
/// type. Minimises
///   reconstruction R + mixture_kl KL + similarity_weight Sim + depict_weight DEPICT
/// (plus entropy, balance and coupling terms where their weight is set; the last couples the clean
/// and the noisy pass as it couples the arms of cpl-mixVAE), every term a mean: R over cells and
/// features, KL over types, Sim over pairs, DEPICT over cells.
/// The clustering network reads loc; decoders read the sampled code. A second pass with dropout
/// after every layer and a noisy code, over the augmented copies where there are any, gives
/// DEPICT's noisy posterior; its target is a constant. The encoder is dense, or convolutional where
/// the features are the pixels of an image.
class MoeSimVae final : public Model {
 public:
  /// Throws UsageError for types < 1, features < 1, states, more than one arm and options that the
  /// model does not use, InputError where a convolutional encoder is asked for and the features are
  /// no image.
  MoeSimVae(std::int64_t features, std::int64_t types, const CplMixVaeOptions& options,
            std::uint64_t seed);

  std::int64_t arms() const override { return 1; }
  std::int64_t types() const override { return types_; }
  std::int64_t features() const override { return features_; }

  LossTerms training_loss(const Batch& batch) override;
  LossTerms validation_loss(const Batch& batch) override;
  Posterior infer(const Batch& batch) override;
  /// Codes are drawn from a Gaussian with the mean and covariance that the type's codes (before
  /// noise) had in training. Throws InputError for a type that never had cells.
  torch::Tensor generate(std::int64_t arm, std::int64_t type, std::int64_t count, double spread,
                         std::uint64_t seed) override;
  std::vector<NamedTensor> parameters() override;
  std::vector<NamedTensor> buffers() override;
  double products_per_cell() override;
  std::int64_t values_per_cell() override;
  torch::Tensor kept_types() const override { return kept_.to(torch::kCPU); }
  void prune_type(std::int64_t type) override;
  void to(torch::Device device) override;
  /// Converts all tensors to double precision: for gradient checks.
  void to_double();

  /// Mean of each type's codes, [1, K, L].
  const torch::Tensor& type_means() const { return means_; }

 private:
  struct Encoded {
    torch::Tensor loc;            // [1, B, L]
    torch::Tensor code;           // [1, B, L] sample in training, loc in evaluation
    nn::TypePosterior posterior;  // [1, B, K] of loc
    torch::Tensor type;           // [1, B, K] one-hot of the most probable type, no gradient
    nn::TypePosterior noisy;      // [1, B, K] of the noisy pass; of the clean one where that is all
    double missing_noise = 0;     // variance that codes without noise lack beside those of training
  };

  std::int64_t make_encoder(std::uint64_t layer);
  Encoded encode_training(const Batch& batch);
  Encoded encode_evaluation(const Batch& batch) const;
  nn::TypePosterior posterior_of(const torch::Tensor& hidden) const;
  /// Of the noisy pass, from what its encoder gave.
  nn::TypePosterior noisy_posterior(const torch::Tensor& hidden, const Batch& batch) const;
  nn::DenseStack::Passes encode_passes(const Batch& batch, bool noisy);
  torch::Tensor reconstruction_error(const torch::Tensor& output, const torch::Tensor& x) const;
  torch::Tensor mean_reconstruction(const Encoded& encoded, const torch::Tensor& x) const;
  torch::Tensor cell_reconstruction(const Encoded& encoded, const torch::Tensor& x) const;
  bool fuses_experts() const;
  objectives::ExpertInput expert_input(const torch::Tensor& code, const torch::Tensor& type) const;
  nn::kernels::OutputKind output_kind() const;
  /// The mean of so many summands as the objective takes it: itself, or their sum.
  torch::Tensor total(const torch::Tensor& mean, std::int64_t summands) const;
  torch::Tensor depict(const Encoded& encoded) const;
  bool uses_noisy_pass(const Batch& batch) const;
  /// Variance of each type's codes around its mean as training sees it, [1, K, L].
  torch::Tensor code_variance(const Encoded& encoded) const;
  torch::Tensor decode(const torch::Tensor& code, const torch::Tensor& type) const;
  void follow_codes(const Encoded& encoded);
  void follow_means(const Encoded& encoded, const torch::Tensor& sizes, const torch::Tensor& rate);
  LossTerms objective(const Encoded& encoded, const Batch& batch) const;
  void add_type_terms(const Encoded& encoded, const Batch& batch, const AddTerm& add) const;
  void convert(const torch::TensorOptions& options);
  nn::NoiseKey noise(Purpose purpose, const nn::StepNumber& step) const {
    return {seed_, purpose, step};
  }

  std::int64_t features_;
  std::int64_t types_;
  CplMixVaeOptions options_;
  std::uint64_t seed_;

  std::variant<nn::DenseStack, nn::ConvStack> encoder_;
  nn::ArmLinear code_;
  nn::DenseStack gating_;
  nn::ArmLinear type_head_;
  nn::Experts decoder_;
  torch::Tensor means_;        // [1, K, L] of the KL term
  torch::Tensor drawn_means_;  // [1, K, L] running, of the types' codes before noise
  torch::Tensor covariance_;   // [1, K, L, L] likewise
  torch::Tensor visits_;       // [1, K] batches in which the type had cells
  torch::Tensor kept_;         // [K] bool
};

}  // namespace mixvae::models
