#pragma once

#include <string>
#include <vector>

#include "app/command.hpp"

namespace mixvae::app {

/// A group with the named options of several tables taken out of them, in the order of the names;
/// names that no table has are a Bug.
OptionGroup take_group(const std::string& title, const std::vector<std::string>& names,
                       const std::vector<Options*>& tables);

}  // namespace mixvae::app
