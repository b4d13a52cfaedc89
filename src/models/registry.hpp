#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/model.hpp"
#include "models/model_options.hpp"
#include "models/model_shape.hpp"
#include "models/recipe.hpp"

namespace mixvae::models {

/// Settings by option name, of the model or of the fit around it, from a source.
struct Preset {
  std::string name;
  std::string source;  // what it follows, for people
  std::vector<std::pair<std::string, std::string>> settings;
  std::optional<std::int64_t> image_side = {};  // pixels in each side of the images it is for
};

/// Which further options of a fit a model takes.
struct Takes {
  bool similarity = false;   // pairs of cells that are held to be of one type or of different ones
  bool weak_labels = false;  // known types, reference priors
  bool precision = false;    // products of 16-bit numbers
};

/// A model as the fit, the command line and the documentation know it.
struct ModelSpec {
  std::string name;     // "cpl-mixvae"
  std::string summary;  // one line
  ModelOptions options;
  std::vector<Preset> presets;  // the first is "default"
  Takes takes;
  std::unique_ptr<Model> (*make)(const ModelShape& shape, const ModelOptions& options,
                                 std::uint64_t seed);
  Recipe (*recipe)(const ModelOptions& options, std::int64_t epochs);
};

/// All models, in the order of the help.
const std::vector<ModelSpec>& model_specs();

/// The first of them, which is fitted where no other is named.
const ModelSpec& default_model();

std::vector<std::string> model_names();

/// Throws UsageError with all names for another one.
const ModelSpec& model_spec(const std::string& name);

/// The preset of that name. Throws UsageError naming those of the model and, where another model
/// has it, that model.
const Preset& preset_of(const ModelSpec& spec, const std::string& name);

/// The preset that a fit of images of so many pixels in a row chooses by itself: the first one for
/// images, by their side, of at least two thirds of the width and at most one and a half of it;
/// null where the model has none.
const Preset* image_preset(const ModelSpec& spec, std::int64_t width);

/// The names of all presets of all models, each once.
std::vector<std::string> preset_names();

}  // namespace mixvae::models
