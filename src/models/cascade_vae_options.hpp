#pragma once

#include <vector>

#include "models/cascade_stages.hpp"
#include "models/model_options.hpp"
#include "models/parts/decoder.hpp"
#include "models/parts/encoder_options.hpp"
#include "models/parts/image_network.hpp"
#include "models/parts/state_head.hpp"
#include "models/recipe_options.hpp"

namespace mixvae::models {

/// What the objective weighs: the KL divergence of states that are released (beta_min) and of those
/// that are not yet (beta_max), how much each further cell of a batch in one type costs more than
/// the one before (lambda'), and half the sum of squares of all weights.
struct CascadeObjectiveOptions {
  double beta_min = 1;
  double beta_max = 10;
  double congestion = 0.001;
  double weight_penalty = 4e-5;
};

/// Architecture, objective and phases of CascadeVAE: fully connected by default, for vectors of
/// values; convolutional as published, for images.
struct CascadeVaeOptions {
  EncoderOptions encoder = {.hidden = 256, .hidden_layers = 1, .latent = 256};
  NetworkOptions network;
  EncoderNormOptions encoder_norm = {.norm = EncoderNorm::none};
  InputDropoutOptions input;
  StateOptions states;
  DecoderSizeOptions decoder_sizes;
  LikelihoodOptions likelihood;
  OutputOptions output;
  CascadeObjectiveOptions objective;
  CascadeStageOptions stages;
  TargetOptions target;
};

std::vector<PartOptions> parts(CascadeVaeOptions& model);

}  // namespace mixvae::models
