#pragma once

#include <string>

#include "app/command.hpp"

namespace mixvae::app {

/// What the file says of the command's options, as texts by name: the section's over flat keys.
/// Throws InputError for a file that cannot be read.
Texts config_texts(const std::string& path, const Command& command);

/// File and line where the file sets one of the options of config_texts().
std::string config_place(const std::string& path, const Command& command, const std::string& name);

/// Options that a command understands, and those that it would with another choice.
struct KnownOptions {
  const Options& own;
  const Options& other;
};

/// Sets options of the command from a TOML file: flat keys first, then the section of the command
/// ("[fit]", "[simulate.cells]"). Flat keys that belong to other commands, sections of other
/// commands and the section "[resolved]" are left alone. Throws InputError for a file that cannot
/// be read and UsageError naming the line for an unknown key (with the nearest names), one of
/// another choice, and a value the option cannot take.
void apply_config_file(const std::string& path, const Command& command, const KnownOptions& known,
                       const Commands& commands);

/// The options as a TOML section named after the command, each with its meaning and range as
/// comment. Names in `left_out` are not written.
std::string config_text(const Command& command, const Options& table,
                        const std::vector<std::string>& left_out = {});

/// A text as a TOML string with quotes and escapes.
std::string toml_quoted(const std::string& text);

}  // namespace mixvae::app
