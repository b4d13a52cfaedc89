#pragma once

#include <cstdint>
#include <string>

#include "base/options.hpp"

namespace mixvae::models {

/// Architecture and objective of cpl-mixVAE (reference-notes 1.1-1.6). Number of types and of
/// features come with the data.
struct CplMixVaeOptions {
  std::int64_t arms = 2;
  std::int64_t states = 2;
  std::int64_t hidden = 100;
  std::int64_t hidden_layers = 4;
  std::int64_t latent = 10;
  double input_dropout = 0.5;
  double state_dropout = 0.0;
  std::string head = "double";
  double tau = 0.005;
  double temperature = 1.0;
  bool hard = false;
  bool state_given_type = true;
  bool shared_weights = false;
  std::string output = "relu";
  double reconstruction = 1.0;
  double beta = 1.0;
  double coupling = 1.0;
  std::string distance = "d-sigma";
  std::string log_type = "floored";
  double variance_floor = 0.0;
  double entropy = 1.0;
  double balance = 0.0;
  double prior_weight = 1.0;
};

Options options(CplMixVaeOptions& model);

}  // namespace mixvae::models
