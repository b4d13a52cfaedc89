#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/options.hpp"

namespace mixvae::models {

/// Architecture and objective of the models: cpl-mixVAE (reference-notes 1.1-1.6) and MoE-Sim-VAE
/// (3.1-3.4) are assembled from the same parts and share one table. The defaults here are
/// cpl-mixVAE's, the product's rule, chosen on many data sets (docs/results.md);
/// published_options() gives its authors', moe_sim_vae_options() those of MoE-Sim-VAE. Number of
/// types and of features come with the data.
struct CplMixVaeOptions {
  std::int64_t arms = 2;
  std::int64_t states = 2;
  std::int64_t hidden = 100;
  std::int64_t hidden_layers = 1;
  std::int64_t latent = 50;
  double input_dropout = 0.0;
  double state_dropout = 0.0;
  std::string head = "single";
  double tau = 1.0;
  double temperature = 0.5;
  bool hard = false;
  bool state_given_type = true;
  std::string state_encoder = "own";
  bool shared_weights = false;
  std::string output = "linear";
  double reconstruction = 0.5;
  double beta = 1.0;
  double coupling = 1.0;
  std::string distance = "agreement";
  std::string log_type = "floored";
  double variance_floor = 0.0;
  double entropy = 0.0;
  double balance = 0.3;
  double prior_weight = 1.0;
  double known_weight = 1.0;
  std::string decoder = "shared";
  std::string routing = "hard";
  std::optional<std::int64_t> decoder_hidden;
  std::string likelihood = "mse";
  double similarity_weight = 1.0;
  std::optional<double> similar_share = 0.5;
  std::string kernels = "fused";
  std::string precision = "fp32";
  // MoE-Sim-VAE alone.
  std::string terms = "mean";
  std::string similarity_parts = "both";
  std::string depict_pass = "noisy";
  std::string known_term = "categorical";
  std::string gating_input = "mean";
  std::string encoder_norm = "batch";
  std::string encoder = "dense";
  std::vector<std::string> convolutions = {"16x5/2", "32x3/2", "32x3/2"};
  std::optional<std::int64_t> image_width;
  std::int64_t gating_layers = 1;
  std::int64_t gating_hidden = 100;
  double depict_weight = 0.487;
  double noise_dropout = 0.5;
  double code_noise = 1.0;
  double mixture_kl = 0.024;
  std::string kl_direction = "standard";
  std::string centre = "ema";
  double centre_momentum = 0.99;
};

/// The product's rule (docs/model.md). Where a similarity term is asked for, pairs that are told to
/// be different outweigh the similar ones.
CplMixVaeOptions default_options();

/// The authors' settings for single-cell data (reference-notes 1.6, the published Smart-seq model).
CplMixVaeOptions published_options();

/// The defaults of MoE-Sim-VAE (reference-notes 3.2-3.4, decisions).
CplMixVaeOptions moe_sim_vae_options();

/// The objective as the paper of MoE-Sim-VAE prints it (reference-notes 3.2, middle column, and the
/// coefficients of its table B.3): sums in place of means, the similarity's positive part alone, KL
/// with the covariance's inverse (Eq. 3), the batch's weighted means as centres, all experts
/// averaged. Sizes of layers differ between its experiments and stay ours.
CplMixVaeOptions paper_exact_options();

/// What the released code of MoE-Sim-VAE computes (mouse organs; reference-notes 3.1 and 3.2, last
/// column): no dropout, no batch statistics, DEPICT of the clean pass against itself, centres that
/// learn by the KL alone, known types by a binary cross-entropy, hard routing.
CplMixVaeOptions reference_options();

Options options(CplMixVaeOptions& model);

}  // namespace mixvae::models
