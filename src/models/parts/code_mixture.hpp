#pragma once

#include <functional>

#include "models/model.hpp"
#include "models/moe_sim_vae_options.hpp"

namespace mixvae::models {

/// The Gaussian mixture that the codes of the types form (docs/equations.md, mixture of
/// codes): the means of its KL term, and running means and covariances of the codes before noise,
/// from which new cells are drawn. Letters: B cells, K types, L code width.
class CodeMixture {
 public:
  CodeMixture(std::int64_t types, std::int64_t latent, const MixtureOptions& options);

  /// What a training batch says of the codes.
  struct Codes {
    const torch::Tensor& loc;   // [1, B, L] before noise
    const torch::Tensor& code;  // [1, B, L]
    const torch::Tensor& q;     // [1, B, K]
    const torch::Tensor& type;  // [1, B, K] one-hot
  };
  /// Means and covariances follow the codes of a batch, without gradients.
  void follow(const Codes& codes);
  /// Variance of each type's codes around its mean as training sees it, [1, K, L]; codes lack
  /// `missing_noise` of it.
  torch::Tensor variance(const torch::Tensor& code, const torch::Tensor& type,
                         double missing_noise) const;
  /// Codes [count, L] of a type: from the Gaussian of its codes before noise, or, as published,
  /// from N(mu, I) around the KL term's mean mu; those that `posterior` (codes [N, L] -> [N]) finds
  /// too improbable to be of it are rejected (accepted_draws). Throws InputError for a type that
  /// never had cells.
  torch::Tensor draw(const Generation& wanted,
                     const std::function<torch::Tensor(const torch::Tensor&)>& posterior) const;

  const torch::Tensor& means() const { return means_; }
  void visit(const TensorVisitor& visitor);

 private:
  /// N(0, I) [N, L] -> codes of the type.
  torch::Tensor codes_of(const Generation& wanted, const torch::Tensor& noise) const;
  /// Under Centre::em sum_n q_nk z_n / N_k with N_k the cells whose most probable type is k (Eq. 6
  /// of the paper). A type without such cells keeps its mean.
  void follow_means(const Codes& codes, const torch::Tensor& sizes, const torch::Tensor& rate);

  MixtureOptions options_;
  torch::Tensor means_;        // [1, K, L] of the KL term
  torch::Tensor drawn_means_;  // [1, K, L] running, of the types' codes before noise
  torch::Tensor covariance_;   // [1, K, L, L] likewise
  torch::Tensor visits_;       // [1, K] batches in which the type had cells
};

}  // namespace mixvae::models
