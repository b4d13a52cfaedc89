#pragma once

#include <string>

#include "app/command.hpp"

namespace mixvae::app {

/// Sets options of the command from a TOML file: flat keys first, then the section of the command
/// ("[fit]", "[simulate.cells]"). Flat keys that belong to other commands, sections of other
/// commands and the section "[resolved]" are left alone. `known` holds every option the command
/// understands. Throws InputError for a file that cannot be read and UsageError naming line and
/// nearest names for an unknown key or a value the option cannot take.
void apply_config_file(const std::string& path, const Command& command, const Options& known,
                       const Commands& commands);

/// The options as a TOML section named after the command, each with its meaning and range as
/// comment. Names in `left_out` are not written.
std::string config_text(const Command& command, const Options& table,
                        const std::vector<std::string>& left_out = {});

/// A text as a TOML string with quotes and escapes.
std::string toml_quoted(const std::string& text);

}  // namespace mixvae::app
