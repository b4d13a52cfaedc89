#pragma once

#include <vector>

#include "models/model_options.hpp"
#include "models/parts/cell_terms.hpp"
#include "models/parts/decoder.hpp"
#include "models/parts/encoder_options.hpp"
#include "models/parts/expert_options.hpp"
#include "models/parts/type_head.hpp"
#include "models/recipe_options.hpp"
#include "objectives/mixture_kl.hpp"

namespace mixvae::models {

enum class GatingInput { mean, sample };

/// The clustering network between code and type.
struct GatingOptions {
  std::int64_t gating_layers = 1;
  std::int64_t gating_hidden = 100;
  GatingInput gating_input = GatingInput::mean;
};

enum class DepictPass { noisy, clean };

/// Where the noisy pass has its dropout.
enum class NoiseLayers { all, clustering };

/// The code's noise, the noisy pass and the term that compares it with the clean one.
struct NoiseOptions {
  double code_noise = 1.0;
  double noise_dropout = 0.5;
  NoiseLayers noise_layers = NoiseLayers::all;
  double depict_weight = 0.487;
  DepictPass depict_pass = DepictPass::noisy;
};

enum class Centre { em, ema, learned };

/// The mixture that the codes form.
struct MixtureOptions {
  double mixture_kl = 0.024;
  objectives::KlDirection kl_direction = objectives::KlDirection::standard;
  Centre centre = Centre::ema;
  double centre_momentum = 0.99;
};

/// The weights of MoE-Sim-VAE's objective.
struct MoeObjectiveOptions {
  double reconstruction = 0.487;
  TermScale terms = TermScale::mean;
};

/// Architecture, objective and phases of MoE-Sim-VAE; docs/model.md tells where its defaults depart
/// from its paper and its authors' code, which are presets.
struct MoeSimVaeOptions {
  EncoderOptions encoder = {.latent = 10};
  EncoderKindOptions encoder_kind;
  EncoderNormOptions encoder_norm;
  ActivationOptions activation;
  GatingOptions gating;
  TypeHeadOptions type_head;
  DecoderOptions decoder = {.decoder = DecoderKind::experts};
  DecoderSizeOptions decoder_sizes;
  ExpertOptions experts;
  LikelihoodOptions likelihood;
  NoiseOptions noise;
  MixtureOptions mixture;
  MoeObjectiveOptions objective;
  CouplingOptions coupling = {.coupling = 0, .balance = 0};
  SimilarityTermOptions similarity = {.similarity_weight = 0.487, .similar_share = 0.5};
  KnownTypeOptions known;
  StartOptions start;
  PruningOptions pruning = {.prune = Prune::no};
};

std::vector<PartOptions> parts(MoeSimVaeOptions& model);

}  // namespace mixvae::models
