#pragma once

#include <cstdint>
#include <vector>

#include "models/model_options.hpp"
#include "models/parts/adversarial_networks.hpp"
#include "models/parts/encoder_options.hpp"
#include "models/parts/likelihood.hpp"
#include "models/parts/state_head.hpp"

namespace mixvae::models {

/// What the generator reads besides types and states, and how fast it learns.
struct GeneratorOptions {
  std::int64_t noise_dimensions = 62;
  double generator_rate = 5;  // times the discriminator's
};

/// Weights of the bounds of mutual information, lambda in the paper.
struct InformationOptions {
  double type_information = 1;
  double state_information = 1;
};

/// Architecture and objective of InfoGAN: dense by default, for vectors of values; convolutional as
/// published, for images.
struct InfoGanOptions {
  EncoderOptions encoder = {.hidden = 128, .hidden_layers = 2, .latent = 64};
  AdversarialNetworkOptions network;
  GeneratorOptions generator;
  StateOptions states;
  LikelihoodOptions likelihood;
  OutputOptions output;
  InformationOptions information;
};

std::vector<PartOptions> parts(InfoGanOptions& model);

}  // namespace mixvae::models
