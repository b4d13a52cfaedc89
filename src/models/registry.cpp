#include "models/registry.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "models/cascade_vae.hpp"
#include "models/cpl_mixvae.hpp"
#include "models/info_gan.hpp"
#include "models/joint_vae.hpp"
#include "models/moe_sim_vae.hpp"
#include "models/presets.hpp"
#include "models/vade.hpp"

namespace mixvae::models {
namespace {

template <class AnyModel, class OwnOptions>
std::unique_ptr<Model> make(const ModelShape& shape, const ModelOptions& options,
                            std::uint64_t seed) {
  return std::make_unique<AnyModel>(shape, options.as<OwnOptions>(), seed);
}

template <class OwnOptions, Recipe (*recipe)(const OwnOptions&, std::int64_t)>
Recipe recipe_of(const ModelOptions& options, std::int64_t epochs) {
  return recipe(options.as<OwnOptions>(), epochs);
}

std::vector<ModelSpec> all_specs() {
  std::vector<ModelSpec> specs;
  specs.push_back({"cpl-mixvae",
                   "several networks (arms) that must agree on the types; the default",
                   ModelOptions(CplMixVaeOptions{}),
                   cpl_mixvae_presets(),
                   {.similarity = true, .weak_labels = true, .precision = true},
                   make<CplMixVae, CplMixVaeOptions>,
                   recipe_of<CplMixVaeOptions, cpl_mixvae_recipe>});
  specs.push_back({"moe-sim-vae",
                   "one network with a decoder for each type; similar cells are put into one type",
                   ModelOptions(MoeSimVaeOptions{}),
                   moe_sim_vae_presets(),
                   {.similarity = true, .weak_labels = true},
                   make<MoeSimVae, MoeSimVaeOptions>,
                   recipe_of<MoeSimVaeOptions, moe_sim_vae_recipe>});
  specs.push_back(
      {"jointvae",
       "one network; how much types and states may tell of a cell rises while it trains",
       ModelOptions(JointVaeOptions{}),
       joint_vae_presets(),
       {.precision = true},
       make<JointVae, JointVaeOptions>,
       recipe_of<JointVaeOptions, joint_vae_recipe>});
  specs.push_back(
      {"cascadevae",
       "one network; states are released one after another, and the types of a batch are those "
       "that together reconstruct it best",
       ModelOptions(CascadeVaeOptions{}),
       cascade_vae_presets(),
       {.precision = true},
       make<CascadeVae, CascadeVaeOptions>,
       recipe_of<CascadeVaeOptions, cascade_vae_recipe>});
  specs.push_back({"vade",
                   "one network whose codes come from a mixture of Gaussians, one for each type",
                   ModelOptions(VadeOptions{}),
                   vade_presets(),
                   {.precision = true},
                   make<Vade, VadeOptions>,
                   recipe_of<VadeOptions, vade_recipe>});
  specs.push_back(
      {"infogan",
       "a generator and a discriminator that learn against each other; types and states "
       "are what generated cells tell best",
       ModelOptions(InfoGanOptions{}),
       info_gan_presets(),
       {},
       make<InfoGan, InfoGanOptions>,
       recipe_of<InfoGanOptions, info_gan_recipe>});
  return specs;
}

}  // namespace

const std::vector<ModelSpec>& model_specs() {
  static const std::vector<ModelSpec> kSpecs = all_specs();
  return kSpecs;
}

const ModelSpec& default_model() { return model_specs().front(); }

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const ModelSpec& spec : model_specs()) {
    names.push_back(spec.name);
  }
  return names;
}

const ModelSpec& model_spec(const std::string& name) {
  const auto found = std::ranges::find(model_specs(), name, &ModelSpec::name);
  if (found == model_specs().end()) {
    throw UsageError({.what = "there is no model of this name",
                      .found = "'" + name + "'",
                      .expected = join(model_names(), ", ")});
  }
  return *found;
}

const Preset& preset_of(const ModelSpec& spec, const std::string& name) {
  const auto found = std::ranges::find(spec.presets, name, &Preset::name);
  if (found != spec.presets.end()) {
    return *found;
  }
  std::vector<std::string> own;
  own.reserve(spec.presets.size());
  for (const Preset& preset : spec.presets) {
    own.push_back(preset.name);
  }
  std::vector<std::string> others;
  for (const ModelSpec& other : model_specs()) {
    if (std::ranges::find(other.presets, name, &Preset::name) != other.presets.end()) {
      others.push_back("--model " + other.name);
    }
  }
  throw UsageError({.what = spec.name + " has no preset of this name",
                    .found = "'" + name + "'",
                    .expected = join(own, ", "),
                    .hint = others.empty() ? "" : "it is a preset of " + join(others, " and ")});
}

const Preset* image_preset(const ModelSpec& spec, std::int64_t width) {
  const auto found = std::ranges::find_if(spec.presets, [width](const Preset& preset) {
    return preset.image_side && 2 * width <= 3 * *preset.image_side &&
           2 * *preset.image_side <= 3 * width;
  });
  return found == spec.presets.end() ? nullptr : &*found;
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const ModelSpec& spec : model_specs()) {
    for (const Preset& preset : spec.presets) {
      if (std::ranges::find(names, preset.name) == names.end()) {
        names.push_back(preset.name);
      }
    }
  }
  return names;
}

}  // namespace mixvae::models
