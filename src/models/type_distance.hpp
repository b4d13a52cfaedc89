#pragma once

#include "models/cpl_mixvae_options.hpp"
#include "objectives/consensus.hpp"

namespace mixvae::models {

/// The distance that the options name.
objectives::TypeDistance type_distance(const CplMixVaeOptions& options);

}  // namespace mixvae::models
