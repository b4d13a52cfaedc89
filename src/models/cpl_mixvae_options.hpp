#pragma once

#include <cstdint>
#include <string>

#include "base/options.hpp"

namespace mixvae::models {

/// Architecture and objective of cpl-mixVAE (reference-notes 1.1-1.6). The defaults are the
/// product's rule, chosen on many data sets (docs/results.md); published_options() gives the
/// authors'. Number of types and of features come with the data.
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
  bool shared_weights = false;
  std::string output = "linear";
  double reconstruction = 0.5;
  double beta = 1.0;
  double coupling = 1.0;
  std::string distance = "agreement";
  std::string log_type = "floored";
  double variance_floor = 0.0;
  double entropy = 0.0;
  double balance = 0.6;
  double prior_weight = 1.0;
};

/// The authors' settings for single-cell data (reference-notes 1.6, the published Smart-seq model).
CplMixVaeOptions published_options();

Options options(CplMixVaeOptions& model);

}  // namespace mixvae::models
