#pragma once

#include <string>

#include "app/command.hpp"

namespace mixvae::app {

/// Scripts that teach a shell the program's commands, options and the words that options take.
/// Elsewhere the shell offers files. `shell` is "bash", "zsh" or "fish" (otherwise Bug).
std::string completion_script(const std::string& shell, const Commands& commands);

}  // namespace mixvae::app
