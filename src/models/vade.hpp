#pragma once

#include <vector>

#include "models/model_options.hpp"
#include "models/model_shape.hpp"
#include "models/parts/arm_encoder.hpp"
#include "models/parts/decoder.hpp"
#include "models/parts/mixture_prior.hpp"
#include "models/recipe.hpp"

namespace mixvae::models {

/// The widest layer, next to the code: the last hidden one of the encoder, the first of the
/// decoder.
struct WideLayerOptions {
  std::int64_t wide_hidden = 2000;
};

/// Which code the type probabilities are read from in training: the sample that is decoded, or its
/// mean.
enum class TypeCode { sample, mean };

/// The ELBO's weight of the reconstruction, and its q(c|x).
struct VadeObjectiveOptions {
  double reconstruction = 1;
  TypeCode type_code = TypeCode::sample;
};

/// The autoencoder before the ELBO, and the mixture that is fitted to its codes.
struct PretrainingOptions {
  double pretraining_share = 0.3;
  double pretraining_rate = 1;
  std::int64_t mixture_starts = 10;
};

/// Architecture, objective and phases of VaDE: fully connected, for vectors of values.
struct VadeOptions {
  EncoderOptions encoder = {.hidden = 500, .hidden_layers = 2, .latent = 10};
  WideLayerOptions wide;
  LikelihoodOptions likelihood;
  OutputOptions output;
  MixturePriorOptions mixture;
  VadeObjectiveOptions objective;
  PretrainingOptions pretraining;
  TargetOptions target;
};

std::vector<PartOptions> parts(VadeOptions& model);

/// VaDE (Jiang, Zheng, Tan, Tang and Zhou, "Variational deep embedding", IJCAI 2017;
/// docs/equations.md, VaDE): a variational autoencoder whose code z comes from a mixture of
/// Gaussians, one for each type c. Maximises the ELBO of each cell, means over cells,
///   ln p(x|z) - sum_c gamma_c KL(q(z|x) || p(z|c)) - sum_c gamma_c ln(gamma_c / pi_c)
/// with gamma_c = q(c|x) = p(c|z), through which it is differentiated, and one sample z ~ q(z|x).
/// Before that, as Objective::reconstruction, it is an autoencoder that decodes the mean of q(z|x)
/// and maximises ln p(x|z) alone. Evaluation takes z at its mean.
class Vade final : public Model {
 public:
  /// Throws UsageError for types < 1 and features < 1.
  Vade(const ModelShape& shape, const VadeOptions& options, std::uint64_t seed);

  std::int64_t arms() const override { return 1; }
  std::int64_t types() const override { return shape_.types; }
  std::int64_t features() const override { return shape_.features; }
  bool reads_sparse_rows(const nn::Execution& execution) const override;
  std::int64_t wide_outputs() const override { return decoder_.wide_outputs(); }

  void start_outputs(const torch::Tensor& mean) override { decoder_.start_outputs(mean); }
  LossTerms training_loss(const Batch& batch) override;
  LossTerms validation_loss(const Batch& batch) override;
  Posterior infer(const Batch& batch) override;
  /// Codes are drawn from the type's Gaussian, those of low posterior probability rejected where
  /// asked. Throws InputError where hardly a draw is accepted.
  torch::Tensor generate(const Generation& wanted) override;
  bool rejects_draws() const override { return true; }

  void visit(const TensorVisitor& visitor) override;
  torch::Tensor kept_types() const override { return mixture_.kept(); }
  void prune_type(std::int64_t type) override { mixture_.prune(type); }
  /// The whole ELBO, or the reconstruction alone.
  void learn(Objective objective) override;
  /// The noise of q(z|x) starts in its proportion, too: at half the deviation that the components
  /// have on average in each dimension, the same for all cells.
  void start_mixture(const FittedMixture& fitted) override;

 private:
  struct Encoded {
    objectives::DiagonalGaussians posterior;  // q(z|x), [1, B, L]
    torch::Tensor code;                       // [1, B, L] z: a sample of it, or its mean
    nn::TypePosterior gamma;                  // [1, B, K] q(c|x); undefined where z is all
  };

  /// Mean and logarithm of the variance of q(z|x).
  objectives::DiagonalGaussians encode(const Batch& batch, bool training);
  Encoded encode_training(const Batch& batch);
  Encoded encode_evaluation(const Batch& batch);
  LossTerms objective(const Encoded& encoded, const Batch& batch) const;

  ModelShape shape_;
  VadeOptions options_;
  std::uint64_t seed_;
  Objective learned_ = Objective::whole;
  LayerKeys keys_;
  ArmEncoder encoder_;
  nn::ArmLinear code_mean_;
  nn::ArmLinear code_log_variance_;
  Decoder decoder_;
  MixturePrior mixture_;
};

/// How VaDE is trained: as an autoencoder, then, from a mixture of its codes on, by the ELBO.
Recipe vade_recipe(const VadeOptions& options, std::int64_t epochs);

}  // namespace mixvae::models
