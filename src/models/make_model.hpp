#pragma once

#include <memory>
#include <string>

#include "models/cpl_mixvae_options.hpp"
#include "models/model.hpp"

namespace mixvae::models {

/// The names of the models that can be made: "cpl-mixvae", "moe-sim-vae".
std::vector<std::string> model_names();

/// A new model of that name. Throws UsageError for another name, and what the model's constructor
/// throws.
std::unique_ptr<Model> make_model(const std::string& name, std::int64_t features,
                                  std::int64_t types, const CplMixVaeOptions& options,
                                  std::uint64_t seed);

}  // namespace mixvae::models
