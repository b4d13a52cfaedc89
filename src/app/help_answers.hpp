#pragma once

#include <functional>
#include <vector>

#include "app/command.hpp"
#include "base/answer_file.hpp"

namespace mixvae::app {

/// The usual ways of asking for help and version, each with the text that parse_command_line gives:
/// what the program's front answers by itself. `commands` makes all commands, anew for each text.
std::vector<Answer> help_answers(const std::function<Commands()>& commands);

}  // namespace mixvae::app
