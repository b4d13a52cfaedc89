#pragma once

#include <algorithm>
#include <string>

#include "models/registry.hpp"

namespace mixvae::support {

/// A model's options by default with what a preset sets of them; what it sets of the fit around the
/// model is left out.
inline models::ModelOptions model_options(const std::string& model, const std::string& preset) {
  const models::ModelSpec& spec = models::model_spec(model);
  models::ModelOptions options = spec.options;
  const Options table = options.all();
  for (const auto& [name, value] : models::preset_of(spec, preset).settings) {
    const auto found = std::ranges::find(table, name, &Option::name);
    if (found != table.end()) {
      set_option(*found, value);
    }
  }
  return options;
}

/// The same as the model's own struct.
template <class T>
T preset_options(const std::string& model, const std::string& preset) {
  return model_options(model, preset).as<T>();
}

}  // namespace mixvae::support
