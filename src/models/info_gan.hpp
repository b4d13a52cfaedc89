#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/info_gan_options.hpp"
#include "models/model_shape.hpp"
#include "models/objective_sum.hpp"
#include "models/parts/adversarial_networks.hpp"
#include "models/recipe.hpp"
#include "nn/type_posterior.hpp"

namespace mixvae::models {

/// InfoGAN (Chen et al., "InfoGAN: interpretable representation learning by information maximizing
/// generative adversarial nets", NeurIPS 2016; docs/equations.md): a generator G(z, c, s) of noise
/// z ~ U(-1, 1), a uniform type c and states s ~ U(-1, 1), a discriminator D, and a recognition Q
/// of types and states that shares D's trunk. With I_c and I_s the bounds of mutual information,
///   D and Q minimise  -E ln D(x) - E ln(1 - D(G)) - lambda_c I_c - lambda_s I_s,
///   G minimises       -E ln D(G) - lambda_c I_c - lambda_s I_s.
/// Types and states of a cell are Q's of it. There is no encoder of z: a cell's reconstruction is G
/// at z = 0 with the most probable type and the mean states, and its error says how far a
/// typical cell of that kind is from it. Validation is that error.
class InfoGan final : public Model {
 public:
  /// Throws UsageError for types < 1 and features < 1, InputError where convolutional networks are
  /// asked for and the features are no image.
  InfoGan(const ModelShape& shape, const InfoGanOptions& options, std::uint64_t seed);

  std::int64_t arms() const override { return 1; }
  std::int64_t types() const override { return shape_.types; }
  std::int64_t features() const override { return shape_.features; }
  std::int64_t states() const override { return options_.states.states; }

  /// The discriminator, then the generator.
  std::vector<Player> players() override;
  /// The discriminator's.
  LossTerms training_loss(const Batch& batch) override { return discriminator_loss(batch); }
  LossTerms discriminator_loss(const Batch& batch);
  LossTerms generator_loss(const Batch& batch);
  LossTerms validation_loss(const Batch& batch) override;
  /// `latent` is the last hidden layer of Q.
  Posterior infer(const Batch& batch) override;
  /// Noise and states are drawn from their prior.
  torch::Tensor generate(const Generation& wanted) override;
  /// Without noise, z = 0.
  torch::Tensor decode(std::int64_t arm, const torch::Tensor& types,
                       const torch::Tensor& states) override;

  void visit(const TensorVisitor& visitor) override;
  torch::Tensor kept_types() const override { return kept_; }
  /// The type is neither generated nor recognised any longer.
  void prune_type(std::int64_t type) override;
  double products_per_cell() override;
  std::int64_t values_per_cell() override;

 private:
  /// What a cell is generated of.
  struct Code {
    torch::Tensor noise;  // [B, Z]
    torch::Tensor type;   // [B, K] one-hot
    torch::Tensor state;  // [B, S]
  };
  /// Q of cells.
  struct Recognised {
    torch::Tensor latent;  // [B, L]
    nn::TypePosterior q;   // [1, B, K]
    torch::Tensor state;   // [B, S] means; Q's variance is 1
  };

  Code drawn(const Batch& batch, std::uint64_t player) const;
  /// The likelihood's outputs [B, P D].
  torch::Tensor outputs(const Code& code, const nn::LayerPass& pass) const;
  torch::Tensor realness(const torch::Tensor& hidden, const nn::LayerPass& pass) const;
  Recognised recognised(const torch::Tensor& hidden, const nn::LayerPass& pass) const;
  void add_information(const Code& code, const Recognised& by, ObjectiveSum& sum) const;
  Recognised recognised(const View& view) const;
  /// [B] errors of the reconstructions at z = 0.
  torch::Tensor errors(const Recognised& of, const View& view) const;

  ModelShape shape_;
  InfoGanOptions options_;
  std::uint64_t seed_;
  LayerKeys keys_;
  std::shared_ptr<const Likelihood> likelihood_;
  AdversarialTrunk trunk_;
  nn::NormalLayer realness_;     // D's logit
  nn::NormalLayer recognition_;  // Q's hidden layer
  nn::NormalLayer heads_;        // Q's logits of types, then means of states
  AdversarialGenerator generator_;
  torch::Tensor kept_;  // [K] bool
};

/// How InfoGAN is trained: in one phase.
Recipe info_gan_recipe(const InfoGanOptions& options, std::int64_t epochs);

}  // namespace mixvae::models
