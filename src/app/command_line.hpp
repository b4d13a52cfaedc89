#pragma once

#include <string>
#include <vector>

#include "app/command.hpp"

namespace mixvae::app {

/// What the words of a command line ask for: a command with all its options set, or a text to
/// print.
struct Invocation {
  Command* command = nullptr;
  GlobalOptions global;
  std::string text;  // help or version, when there is no command to run
};

/// Understands the words after the program's name and sets the command's options: defaults, then
/// the configuration file, then the command line. A scalar option given twice takes the last value,
/// a list collects. Throws UsageError naming the nearest command or option for an unknown one.
Invocation parse_command_line(const std::vector<std::string>& words, const Commands& commands);

}  // namespace mixvae::app
