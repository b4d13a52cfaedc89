#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/cell_terms.hpp"
#include "models/cpl_mixvae_options.hpp"
#include "models/model.hpp"
#include "nn/arm_batch_norm.hpp"
#include "nn/arm_linear.hpp"
#include "nn/experts.hpp"
#include "nn/sparse_linear.hpp"
#include "nn/type_posterior.hpp"
#include "objectives/fused_coupling.hpp"
#include "objectives/fused_expert_error.hpp"
#include "objectives/fused_reconstruction.hpp"

namespace mixvae::models {

/// The coupled mixture autoencoder (cpl-mixVAE; Marghi, Gala, Sumbul et al.;
/// reference-notes 1.1-1.5): A arms, each encoder -> type posterior -> state posterior -> decoder,
/// all arms one bank of batched layers. Minimises
///   sum_a (R_a + beta KL_a + entropy negH_a) + coupling / (A - 1) sum_{a<b} D_ab
/// (the published objective over A - 1), and R + beta KL for one arm; plus the documented extra
/// terms where their weight is set.
class CplMixVae final : public Model {
 public:
  /// Throws UsageError for types < 1, features < 1, and options that contradict each other or this
  /// machine.
  CplMixVae(std::int64_t features, std::int64_t types, const CplMixVaeOptions& options,
            std::uint64_t seed);

  std::int64_t arms() const override { return options_.arms; }
  std::int64_t types() const override { return types_; }
  std::int64_t features() const override { return features_; }

  /// On the CPU in single precision, with fused kernels, squared error and a shared decoder.
  bool reads_sparse_rows() const override;

  LossTerms training_loss(const Batch& batch) override;
  LossTerms validation_loss(const Batch& batch) override;
  Posterior infer(const Batch& batch) override;
  /// States are drawn from their prior N(0, I).
  torch::Tensor generate(std::int64_t arm, std::int64_t type, std::int64_t count, double spread,
                         std::uint64_t seed) override;
  std::vector<NamedTensor> parameters() override;
  std::vector<NamedTensor> buffers() override;
  torch::Tensor kept_types() const override { return kept_.to(torch::kCPU); }
  void prune_type(std::int64_t type) override;
  /// From now on only states and decoder learn: each arm's type is its most probable one, and what
  /// types depend on receives no gradient and no new batch statistics. The objective becomes
  ///   sum_a ( D/2 ln(2 R_a / D) + KL_a )
  /// with R_a the arm's mean squared error: the ELBO of a Gaussian decoder at its best variance,
  /// in which states survive that explain more than noise does. With starting states in a batch,
  /// the state means learn those too.
  void learn_states_only(bool only) override;
  double products_per_cell() override;
  std::int64_t values_per_cell() override;
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

  /// What an encoder reads: sparse rows (one batch for all arms, or one per arm) with the dropout
  /// that is still to come, or a dense tensor.
  struct Input {
    torch::Tensor dense;
    std::vector<nn::SparseRows> sparse;
    nn::Dropout dropout;
    bool fused;  // narrow layers run as one kernel
  };
  /// Encoder layers with their batch norms, one after the other.
  struct Encoder {
    std::vector<nn::ArmLinear> layers;
    std::vector<nn::ArmBatchNorm> norms;
    bool empty() const { return layers.empty(); }
    torch::Tensor encode(const Input& x, std::int64_t arms, bool training);
  };

  /// Whether this model's layers run as kernels: on the CPU, in single precision, as asked for.
  bool runs_kernels() const;
  Input input_of(const Batch& batch, double dropout) const;
  std::vector<torch::Tensor> apply_heads(const std::vector<torch::Tensor>& inputs,
                                         const std::vector<const nn::ArmLinear*>& layers) const;
  void add_state(Encoded& encoded, const Input& x, bool training);
  void draw_types(Encoded& encoded, const Batch& batch) const;
  void draw_state(Encoded& encoded, const Batch& batch) const;
  Encoded encode_training(const Batch& batch);
  /// Types as in evaluation, without gradients; states as in training.
  Encoded encode_states(const Batch& batch);
  Encoded encode_evaluation(const Batch& batch);
  nn::TypePosterior posterior_of(const torch::Tensor& latent) const;
  bool has_experts() const { return options_.decoder == "experts"; }
  torch::Tensor reconstruction_error(const torch::Tensor& output,
                                     const torch::Tensor& target) const;
  objectives::Coupling coupling_of(const nn::TypePosterior& posterior) const;
  void add_type_terms(const Encoded& encoded, const Batch& batch, const AddTerm& add) const;
  torch::Tensor decode_hidden(const torch::Tensor& types, const torch::Tensor& states) const;
  bool fuses_output(const objectives::ReconstructionTarget& target) const;
  nn::kernels::OutputKind output_kind() const;
  objectives::OutputWeights output_weights() const;
  bool fuses_experts() const;
  objectives::ExpertInput expert_input(const Encoded& encoded) const;
  torch::Tensor cell_errors(const Encoded& encoded,
                            const objectives::ReconstructionTarget& target) const;
  torch::Tensor mean_errors(const Encoded& encoded,
                            const objectives::ReconstructionTarget& target) const;
  LossTerms objective(const Encoded& encoded, const Batch& batch) const;
  LossTerms state_objective(const Encoded& encoded, const Batch& batch) const;
  void convert(const torch::TensorOptions& options);
  nn::NoiseKey noise(Purpose purpose, const nn::StepNumber& step) const {
    return {seed_, purpose, step};
  }

  std::int64_t features_;
  std::int64_t types_;
  CplMixVaeOptions options_;
  std::uint64_t seed_;

  nn::kernels::Precision precision_ = nn::kernels::Precision::fp32;
  bool states_only_ = false;
  Encoder encoder_;
  Encoder state_encoder_;  // empty where the states read the types' code
  nn::ArmLinear type_head_;
  nn::ArmLinear state_mean_;
  nn::ArmLinear state_variance_;
  std::vector<nn::ArmLinear> decoder_;  // shared by all types,
  nn::Experts experts_;                 // or one for each
  torch::Tensor kept_;                  // [K] bool
};

}  // namespace mixvae::models
