#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/cpl_mixvae_options.hpp"

namespace mixvae::models {

/// Throws UsageError for the first of the named options that differs from the defaults: the model
/// named does not use it.
void require_unused(const std::string& model, const std::vector<std::string_view>& names,
                    CplMixVaeOptions options, CplMixVaeOptions defaults);

}  // namespace mixvae::models
