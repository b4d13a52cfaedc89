#pragma once

#include <string>
#include <vector>

#include "app/command.hpp"

namespace mixvae::app {

/// A page of the manual: "mixvae-fit" and its text for man.
struct ManPage {
  std::string name;
  std::string text;
};

/// The pages of section 1: the program, then one for each command with all options that it may
/// have. `date` (2026-11-30) and version stand in their feet.
std::vector<ManPage> man_pages(const Commands& commands, const std::string& date,
                               const std::string& version);

}  // namespace mixvae::app
