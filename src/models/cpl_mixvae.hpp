#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/cpl_mixvae_options.hpp"
#include "models/model.hpp"
#include "nn/arm_batch_norm.hpp"
#include "nn/arm_linear.hpp"
#include "nn/type_posterior.hpp"

namespace mixvae::models {

/// The coupled mixture autoencoder (cpl-mixVAE; Marghi, Gala, Sumbul et al.;
/// reference-notes 1.1-1.5): A arms, each encoder -> type posterior -> state posterior -> decoder,
/// all arms one bank of batched layers. Minimises
///   sum_a (R_a + beta KL_a + entropy negH_a) + coupling / (A - 1) sum_{a<b} D_ab
/// (the published objective over A - 1), and R + beta KL for one arm; plus the documented extra
/// terms where their weight is set.
class CplMixVae final : public Model {
 public:
  /// Throws UsageError for types < 1 or features < 1.
  CplMixVae(std::int64_t features, std::int64_t types, const CplMixVaeOptions& options,
            std::uint64_t seed);

  std::int64_t arms() const override { return options_.arms; }
  std::int64_t types() const override { return types_; }
  std::int64_t features() const override { return features_; }

  LossTerms training_loss(const Batch& batch) override;
  LossTerms validation_loss(const Batch& batch) override;
  Posterior infer(const Batch& batch) override;
  std::vector<NamedTensor> parameters() override;
  std::vector<NamedTensor> buffers() override;
  torch::Tensor kept_types() const override { return kept_.to(torch::kCPU); }
  void prune_type(std::int64_t type) override;
  void to(torch::Device device) override;
  /// Converts all tensors to double precision: for gradient checks.
  void to_double();

  /// Decoder mean of chosen types and states: types [A, B, K] (one-hot or soft), states [A, B, S]
  /// -> [A, B, D].
  torch::Tensor decode(const torch::Tensor& types, const torch::Tensor& states) const;

 private:
  struct Encoded {
    torch::Tensor latent;         // [A, B, L]
    nn::TypePosterior posterior;  // [A, B, K]
    torch::Tensor type;  // [A, B, K] sample in training, one-hot of the most probable in evaluation
    torch::Tensor state_mean;      // [A, B, S]
    torch::Tensor state_variance;  // [A, B, S]
    torch::Tensor state;           // [A, B, S] sample in training, mean in evaluation
  };

  torch::Tensor dropped_input(const Batch& batch) const;
  torch::Tensor encode_latent(const torch::Tensor& x, bool training);
  void add_state(Encoded& encoded) const;
  Encoded encode_training(const Batch& batch);
  Encoded encode_evaluation(const Batch& batch);
  nn::TypePosterior posterior_of(const torch::Tensor& latent) const;
  void add_consensus_terms(
      const Encoded& encoded,
      const std::function<void(const char*, const torch::Tensor&, double)>& add) const;
  LossTerms objective(const Encoded& encoded, const torch::Tensor& output,
                      const Batch& batch) const;
  void convert(const torch::TensorOptions& options);
  nn::NoiseKey noise(Purpose purpose, std::uint64_t step) const { return {seed_, purpose, step}; }

  std::int64_t features_;
  std::int64_t types_;
  CplMixVaeOptions options_;
  std::uint64_t seed_;

  std::vector<nn::ArmLinear> encoder_;
  std::vector<nn::ArmBatchNorm> encoder_norms_;
  nn::ArmLinear type_head_;
  nn::ArmLinear state_mean_;
  nn::ArmLinear state_variance_;
  std::vector<nn::ArmLinear> decoder_;
  torch::Tensor kept_;  // [K] bool
};

}  // namespace mixvae::models
