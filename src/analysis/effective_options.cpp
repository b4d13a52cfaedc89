#include "analysis/effective_options.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/options.hpp"

namespace mixvae::analysis {
namespace {

/// Options that are not used because of another one.
struct Idle {
  std::vector<std::string> names;
  std::string because;  // "--arms 1"
};

/// Those of the similarity term: of the neighbours behind it, and of the term itself.
std::vector<Idle> idle_similarity_options(const FitOptions& fit) {
  const SimilarityOptions& chosen = fit.similarity;
  std::vector<Idle> idle;
  if (chosen.similarity != "knn") {
    const std::string because = "--similarity " + chosen.similarity;
    idle.push_back(
        {{"similarity-neighbours", "similarity-different", "similarity-scope"}, because});
  }
  if (chosen.similarity != "distance") {
    idle.push_back({{"similarity-distance"}, "--similarity " + chosen.similarity});
  }
  if (chosen.scope != "batch") {
    idle.push_back({{"similarity-different"}, "--similarity-scope " + chosen.scope});
  }
  const bool weak_labels = !fit.weak_labels.known_types.empty() ||
                           !fit.weak_labels.signatures.empty() || !chosen.pairs.empty();
  if (chosen.similarity == "none" && !weak_labels) {
    idle.push_back(
        {{"similarity-weight", "similar-share", "similarity-parts"}, "--similarity none"});
  }
  if (fit.network.similarity_weight == 0) {
    idle.push_back({{"similar-share", "similarity-parts"}, "--similarity-weight 0"});
  }
  return idle;
}

/// Those of MoE-Sim-VAE's network and objective.
std::vector<Idle> idle_expert_options(const models::CplMixVaeOptions& network) {
  std::vector<Idle> idle;
  if (network.depict_pass == "clean") {
    idle.push_back({{"noise-dropout"}, "--depict-pass clean"});
  }
  if (network.encoder == "dense") {
    idle.push_back({{"convolutions", "image-width"}, "--encoder dense"});
  }
  if (network.gating_layers == 0) {
    idle.push_back({{"gating-hidden"}, "--gating-layers 0"});
  }
  if (network.mixture_kl == 0) {
    idle.push_back({{"kl-direction"}, "--mixture-kl 0"});
  }
  if (network.centre != "ema") {
    idle.push_back({{"centre-momentum"}, "--centre " + network.centre});
  }
  return idle;
}

std::vector<Idle> idle_options(const FitOptions& fit) {
  const models::CplMixVaeOptions& network = fit.network;
  const bool coupled_arms = fit.settings.model == "cpl-mixvae";
  std::vector<Idle> idle = idle_similarity_options(fit);
  if (!coupled_arms) {
    std::ranges::copy(idle_expert_options(network), std::back_inserter(idle));
    idle.push_back({{"target"}, "--model " + fit.settings.model});
  }
  if (fit.copies.augment == "none") {
    idle.push_back({{"target"}, "--augment none"});
  }
  if (fit.weak_labels.known_types.empty() && fit.weak_labels.signatures.empty()) {
    idle.push_back({{"known-weight", "known-term"}, "no known types"});
  }
  if (fit.weak_labels.reference_prior.empty()) {
    idle.push_back({{"prior-weight"}, "no --reference-prior"});
  }
  if (coupled_arms && network.arms == 1) {
    idle.push_back({{"distance", "coupling", "variance-floor", "entropy"}, "--arms 1"});
  }
  if (network.coupling == 0) {
    idle.push_back({{"distance", "variance-floor"}, "--coupling 0"});
  }
  if (network.distance != "d-sigma") {
    idle.push_back({{"variance-floor"}, "--distance " + network.distance});
  }
  if (network.decoder == "shared") {
    idle.push_back({{"routing"}, "--decoder shared"});
  }
  if (fit.settings.start == "none") {
    idle.push_back({{"start-balance", "start-share"}, "--start none"});
  }
  if (network.states == 0) {
    idle.push_back({{"state-epochs"}, "--states 0"});
    if (coupled_arms) {  // the other model refuses them by its own name
      idle.push_back(
          {{"state-dropout", "state-given-type", "state-encoder", "beta"}, "--states 0"});
    }
  }
  return idle;
}

}  // namespace

void require_effective(FitOptions options, FitOptions defaults) {
  const Options given = analysis::options(options);
  const Options standard = analysis::options(defaults);
  for (const Idle& idle : idle_options(options)) {
    for (const std::string& name : idle.names) {
      const std::string value = option_text(find_option(given, name));
      if (value != option_text(find_option(standard, name))) {
        throw UsageError({.what = "an option has no effect",
                          .found = std::string("--").append(name).append(" ").append(value).append(
                              " with " + idle.because),
                          .hint = "leave out --" + name + ", or change the other"});
      }
    }
  }
}

}  // namespace mixvae::analysis
