#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/options.hpp"
#include "data/prepare/augmentation.hpp"
#include "data/prepare/preprocessing.hpp"
#include "fit/neighbour_space.hpp"
#include "fit/similarity_input.hpp"
#include "fit/weak_labels.hpp"
#include "models/cpl_mixvae_options.hpp"
#include "training/trainer_options.hpp"

namespace mixvae::fit {

/// What a fit is, besides preprocessing, network, copies and trainer, which have tables of their
/// own.
struct FitSettings {
  std::string model = "cpl-mixvae";
  std::optional<std::int64_t> types;
  std::string space = "pca";
  std::optional<std::int64_t> components;
  std::optional<std::int64_t> neighbours;
  std::string start = "consensus";
  double start_balance = 1.0;
  double start_share = 0.5;
  std::string target = "copy";
  std::string prune = "auto";
  double min_consensus = 0.5;
  double prune_share = 0.1;
  std::int64_t prune_rounds = 50;
  double prune_epochs = 0.1;
  double state_epochs = 0.5;

  /// Whether types are pruned: K is then only a bound.
  bool prunes() const { return prune == "yes" || (prune == "auto" && !types.has_value()); }
};

/// Everything that decides a fit. The defaults are one rule for all data sets (docs/results.md
/// tells how it was found).
struct FitOptions {
  FitSettings settings;
  PreprocessingOptions preprocessing = {.library_size = std::nullopt, .scale = "half"};
  models::CplMixVaeOptions network = models::default_options();
  CopyOptions copies = {.augment = "neighbours"};
  NeighbourSpaceOptions neighbour_space;
  SimilarityOptions similarity = {.different = 0.25};
  WeakLabelOptions weak_labels;
  training::TrainerOptions training;
};

/// Replaces the defaults by those of a preset: `default`, or `published`, the authors' settings for
/// single-cell data (reference-notes 1.6) without their augmenter. Throws UsageError for any other
/// name.
void apply_preset(FitOptions& fit, const std::string& preset);

/// Replaces the defaults by those of a model: `cpl-mixvae` or `moe-sim-vae`, on top of a preset.
/// Throws UsageError for any other name.
void apply_model_defaults(FitOptions& fit, const std::string& model);

/// Whose letter MoE-Sim-VAE follows, where not the default rule.
enum class Letter { none, paper_exact, reference };

/// Replaces the defaults of MoE-Sim-VAE by the objective that its paper prints, with neighbours
/// found on a UMAP (10 in a batch of 128), or by what its released code computes (batches of 256,
/// Adam's beta2 0.99, no similarity but known types); networks start untrained and the learning
/// rate is constant. Throws UsageError for another model.
void apply_letter(FitOptions& fit, Letter letter);

Options options(FitSettings& settings);

/// All fields of all tables, the common ones first.
Options options(FitOptions& fit);

/// The rule behind `--types auto`: the largest number of types for n cells, 4 n^(1/3) between
/// 10 and 150 (3,000 cells: 58; 22,365 cells: 113), at most half the cells. Pruning takes away what
/// is not agreed on.
std::int64_t starting_type_count(std::int64_t cells);

/// The rule behind `--components auto`: one component per type, as K types may lie in K - 1
/// directions, between 50 and 150.
std::int64_t component_count(std::int64_t types);

/// The rule behind `--neighbours auto`: n / (5 K) between 5 and 15, so that neighbours stay within
/// small types.
std::int64_t neighbour_count(std::int64_t cells, std::int64_t types);

}  // namespace mixvae::fit
