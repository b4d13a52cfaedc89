#include "fit/effective_options.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "fit/idle_options.hpp"
#include "models/make_model.hpp"

namespace mixvae::fit {
namespace {

/// Of a trial model: enough for what needs a wide output layer.
constexpr std::int64_t kTrialFeatures = 256;

/// Those of the similarity term: of the neighbours behind it, and of the term itself.
std::vector<Idle> idle_similarity_options(const FitOptions& fit) {
  const SimilarityOptions& chosen = fit.similarity;
  std::vector<Idle> idle;
  if (chosen.similarity != "knn") {
    const std::string because = "--similarity " + chosen.similarity;
    idle.push_back(
        made_idle({"similarity-neighbours", "similarity-different", "similarity-scope"}, because));
  }
  if (chosen.similarity != "distance") {
    idle.push_back(made_idle({"similarity-distance"}, "--similarity " + chosen.similarity));
  }
  if (chosen.scope != "batch") {
    idle.push_back(made_idle({"similarity-different"}, "--similarity-scope " + chosen.scope));
  }
  const bool weak_labels = !fit.weak_labels.known_types.empty() ||
                           !fit.weak_labels.signatures.empty() || !chosen.pairs.empty();
  if (chosen.similarity == "none" && !weak_labels) {
    idle.push_back(
        made_idle({"similarity-weight", "similar-share", "similarity-parts"}, "--similarity none"));
  }
  if (fit.network.similarity_weight == 0) {
    idle.push_back(made_idle({"similar-share", "similarity-parts"}, "--similarity-weight 0"));
  }
  return idle;
}

/// Those of MoE-Sim-VAE's network and objective.
std::vector<Idle> idle_expert_options(const models::CplMixVaeOptions& network) {
  std::vector<Idle> idle;
  if (network.depict_pass == "clean") {
    idle.push_back(made_idle({"noise-dropout"}, "--depict-pass clean"));
  }
  if (network.encoder == "dense") {
    idle.push_back(made_idle({"convolutions", "image-width"}, "--encoder dense"));
  }
  if (network.gating_layers == 0) {
    idle.push_back(made_idle({"gating-hidden"}, "--gating-layers 0"));
  }
  if (network.mixture_kl == 0) {
    idle.push_back(made_idle({"kl-direction"}, "--mixture-kl 0"));
  }
  if (network.centre != "ema") {
    idle.push_back(made_idle({"centre-momentum"}, "--centre " + network.centre));
  }
  return idle;
}

/// Those of the copies that the arms read.
std::vector<Idle> idle_copy_options(const FitOptions& fit) {
  const std::string because = "--augment " + fit.copies.augment;
  std::vector<Idle> idle;
  if (fit.copies.augment == "none") {
    idle.push_back(made_idle({"target"}, because));
  }
  if (fit.copies.augment != "neighbours") {
    idle.push_back(made_idle({"neighbours"}, because));
  }
  if (fit.copies.augment != "noise") {
    idle.push_back(made_idle({"noise"}, because));
  }
  if (fit.copies.augment != "thin") {
    idle.push_back(made_idle({"keep"}, because));
  }
  if (fit.copies.augment != "affine") {
    idle.push_back(
        made_idle({"affine-shift", "affine-rotation", "affine-stretch", "affine-shear"}, because));
  }
  return idle;
}

/// Those of the space in which neighbours and starting types are found.
std::vector<Idle> idle_space_options(const FitOptions& fit) {
  const NeighbourSpaceOptions& chosen = fit.neighbour_space;
  const bool pairs = fit.similarity.similarity == "knn" || fit.similarity.similarity == "distance";
  std::vector<Idle> idle;
  if (fit.settings.start == "none" && fit.copies.augment != "neighbours" && !pairs) {
    idle.push_back(made_idle(
        {"neighbour-space", "straighten", "umap-neighbours", "umap-metric", "umap-min-dist"},
        "--start none, --augment " + fit.copies.augment + " and --similarity " +
            fit.similarity.similarity));
  }
  if (chosen.space != "umap") {
    idle.push_back(made_idle({"umap-neighbours", "umap-metric", "umap-min-dist"},
                             "--neighbour-space " + chosen.space));
  }
  if (is_stored_embedding(chosen.space)) {
    idle.push_back(made_idle({"straighten"}, "--neighbour-space " + chosen.space));
  }
  return idle;
}

/// Those of pruning.
std::vector<Idle> idle_pruning_options(const FitSettings& settings) {
  std::vector<Idle> idle;
  if (!settings.prunes()) {
    idle.push_back(made_idle({"min-consensus", "prune-share", "prune-rounds", "prune-epochs"},
                             settings.prune == "no"
                                 ? "--prune no"
                                 : "--types " + std::to_string(settings.types.value_or(0)) +
                                       " and --prune " + settings.prune));
  }
  if (settings.prune_rounds == 0) {
    idle.push_back(made_idle({"min-consensus", "prune-share", "prune-epochs"}, "--prune-rounds 0"));
  }
  return idle;
}

std::vector<Idle> idle_fit_options(const FitOptions& fit) {
  const models::CplMixVaeOptions& network = fit.network;
  const bool coupled_arms = fit.settings.model == "cpl-mixvae";
  std::vector<Idle> idle = idle_similarity_options(fit);
  std::ranges::copy(idle_copy_options(fit), std::back_inserter(idle));
  std::ranges::copy(idle_space_options(fit), std::back_inserter(idle));
  std::ranges::copy(idle_pruning_options(fit.settings), std::back_inserter(idle));
  std::ranges::copy(idle_options(fit.preprocessing), std::back_inserter(idle));
  if (!coupled_arms) {
    std::ranges::copy(idle_expert_options(network), std::back_inserter(idle));
    idle.push_back(made_idle({"target"}, "--model " + fit.settings.model));
  }
  if (!fit.training.early_stopping) {
    idle.push_back(made_idle({"patience"}, "--early-stopping false"));
  }
  if (fit.weak_labels.known_types.empty() && fit.weak_labels.signatures.empty()) {
    idle.push_back(made_idle({"known-weight", "known-term"}, "no known types"));
  }
  if (fit.weak_labels.reference_prior.empty()) {
    idle.push_back(made_idle({"prior-weight"}, "no --reference-prior"));
  }
  if (coupled_arms && network.arms == 1) {
    idle.push_back(made_idle({"distance", "coupling", "variance-floor", "entropy"}, "--arms 1"));
  }
  if (network.coupling == 0) {
    idle.push_back(made_idle({"distance", "variance-floor"}, "--coupling 0"));
  }
  if (network.distance != "d-sigma") {
    idle.push_back(made_idle({"variance-floor"}, "--distance " + network.distance));
  }
  if (network.decoder == "shared") {
    idle.push_back(made_idle({"routing"}, "--decoder shared"));
  }
  if (fit.settings.start == "none") {
    idle.push_back(made_idle({"start-balance", "start-share"}, "--start none"));
  }
  if (network.states == 0) {
    idle.push_back(made_idle({"state-epochs"}, "--states 0"));
    if (coupled_arms) {  // the other model refuses them by its own name
      idle.push_back(
          made_idle({"state-dropout", "state-given-type", "state-encoder", "beta"}, "--states 0"));
    }
  }
  return idle;
}

}  // namespace

void require_effective(FitOptions options, FitOptions defaults) {
  const Options given = fit::options(options);
  refuse_idle(idle_fit_options(options), given, fit::options(defaults));
}

void require_possible_model(const FitOptions& options) {
  models::CplMixVaeOptions trial = options.network;
  if (trial.encoder == "convolutional") {
    return;  // what fits depends on the images
  }
  trial.hidden = 2;
  static_cast<void>(models::make_model(options.settings.model, kTrialFeatures, 2, trial, 0));
}

}  // namespace mixvae::fit
