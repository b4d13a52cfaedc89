#pragma once

#include <vector>

#include "models/model_options.hpp"
#include "models/parts/arm_coupling.hpp"
#include "models/parts/arms.hpp"
#include "models/parts/cell_terms.hpp"
#include "models/parts/decoder.hpp"
#include "models/parts/encoder_options.hpp"
#include "models/parts/image_network.hpp"
#include "models/parts/state_head.hpp"
#include "models/parts/state_prior.hpp"
#include "models/parts/type_head.hpp"
#include "models/recipe_options.hpp"

namespace mixvae::models {

/// Weights of the reconstruction and of the state's KL divergence.
struct AutoencoderOptions {
  double reconstruction = 0.5;
  double beta = 1.0;
};

/// Architecture, objective and phases of cpl-mixVAE. The defaults are the product's rule, chosen on
/// many data sets (docs/results.md).
struct CplMixVaeOptions {
  ArmOptions arms;
  NetworkOptions network;
  EncoderOptions encoder;
  InputDropoutOptions input;
  TypeHeadOptions type_head;
  TypePosteriorOptions type_posterior;
  TypeSampleOptions type_sample;
  StateOptions states;
  StateHeadOptions state_head;
  StatePriorOptions state_prior;
  DecoderOptions decoder;
  DecoderSizeOptions decoder_sizes;
  LikelihoodOptions likelihood;
  OutputOptions output;
  AutoencoderOptions autoencoder;
  CouplingOptions coupling;
  ArmCouplingOptions arm_coupling;
  SimilarityTermOptions similarity;
  KnownTypeOptions known;
  StartOptions start;
  RestartOptions restarts;
  PruningOptions pruning;
  StatePhaseOptions state_phase;
  TargetOptions target;
};

std::vector<PartOptions> parts(CplMixVaeOptions& model);

/// The same options. Throws UsageError where they contradict each other.
const CplMixVaeOptions& consistent(const CplMixVaeOptions& model);

}  // namespace mixvae::models
