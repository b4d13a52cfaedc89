#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "data/prepare/augmentation.hpp"
#include "data/prepare/preprocessing.hpp"
#include "fit/batch_key.hpp"
#include "fit/execution_options.hpp"
#include "fit/neighbour_space.hpp"
#include "fit/similarity_input.hpp"
#include "fit/weak_labels.hpp"
#include "models/registry.hpp"
#include "training/trainer_options.hpp"

namespace mixvae::fit {

/// What the networks read: principal components of the prepared values, or these themselves.
enum class Space { pca, features };

/// What every fit needs to know, whatever its model.
struct FitSettings {
  std::string model = models::default_model().name;
  std::string preset = "default";
  std::optional<std::int64_t> types;
  Space space = Space::pca;
  std::optional<std::int64_t> components;
  std::optional<std::int64_t> neighbours;
  std::int64_t bootstrap = 0;  // which bootstrap of the cells is fitted; 0: the cells themselves
};

/// Everything that decides a fit. The defaults are one rule for all data sets (docs/results.md
/// tells how it was found).
struct FitOptions {
  FitSettings settings;
  PreprocessingOptions preprocessing = {.library_size = std::nullopt, .scale = "half"};
  models::ModelOptions model = models::default_model().options;
  CopyOptions copies = {.augment = "neighbours"};
  NeighbourSpaceOptions neighbour_space;
  SimilarityOptions similarity;
  WeakLabelOptions weak_labels;
  BatchOptions batch;
  training::TrainerOptions training;
  ExecutionOptions execution;

  const models::ModelSpec& spec() const { return models::model_spec(settings.model); }
};

/// The defaults of a model with one of its presets. Throws UsageError for a model or preset that
/// there is not.
FitOptions fit_options(const std::string& model, const std::string& preset = "default");

/// Options of one kind, with a title for help.
struct OptionTable {
  std::string title;
  Options options;
};

/// All tables that the chosen model takes: those of the fit, then one for each part of the model.
/// An option that is in none of them does not exist for this model.
std::vector<OptionTable> option_tables(FitOptions& fit);

/// All fields of all these tables.
Options options(FitOptions& fit);

/// The values of all these fields as text, by name.
std::map<std::string, std::string> settings_text(FitOptions fit);

/// Throws UsageError for the first option that was changed from its preset's value though others
/// leave it without effect.
void require_effective(FitOptions options);

/// Throws UsageError for options that this machine or the device cannot follow, or that would have
/// no effect whatever the data.
void require_possible(const FitOptions& options, torch::Device device);

/// Whether the number of types is counted before training (cluster/type_count.hpp): it is not
/// given, there is a start, and nobody asks for pruning.
bool counts_types(const FitSettings& settings, const models::Recipe& recipe);

/// Whether types are pruned: their number is then only a bound.
bool prunes(const FitSettings& settings, const models::Recipe& recipe);

/// The largest number of types for n cells where it is neither given nor counted, 4 n^(1/3) between
/// 10 and 150 (3,000 cells: 58; 22,365 cells: 113), at most half the cells: what `--types auto`
/// prunes from, and the number of components behind it.
std::int64_t starting_type_count(std::int64_t cells);

/// The rule behind `--components auto`: one component per type, as K types may lie in K - 1
/// directions, between 50 and 150.
std::int64_t component_count(std::int64_t types);

/// The rule behind `--neighbours auto`: n / (5 K) between 5 and 15, so that neighbours stay within
/// small types.
std::int64_t neighbour_count(std::int64_t cells, std::int64_t types);

}  // namespace mixvae::fit
