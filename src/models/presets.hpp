#pragma once

#include <vector>

#include "models/registry.hpp"

namespace mixvae::models {

// The presets of each model, "default" first. A preset names only what differs from the defaults of
// the option structs; each names its source.
std::vector<Preset> cpl_mixvae_presets();
std::vector<Preset> moe_sim_vae_presets();
std::vector<Preset> joint_vae_presets();
std::vector<Preset> cascade_vae_presets();
std::vector<Preset> vade_presets();
std::vector<Preset> info_gan_presets();

}  // namespace mixvae::models
