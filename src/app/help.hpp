#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "app/command.hpp"

namespace mixvae::app {

/// Text broken into lines of at most `width` bytes, each after the first indented by `indent`
/// spaces; `column` is where the first line starts.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t column,
                    std::size_t width = 100);

/// What stands for an option's value: its placeholder, or "N", "X", "A,B,...", "WORD", "TEXT" by
/// its kind; empty for a flag.
std::string placeholder(const Option& option);

/// Whether an option is given without a value.
bool is_flag(const Option& option);

/// "--out FILE".
std::string option_head(const Option& option);

/// Range and default, as help shows them in brackets; may be empty.
std::string range_and_default(const Option& option);

/// "mixvae fit INPUT --out FILE [options]".
std::string usage_line(Command& command);

/// What every command understands, bound to these objects.
OptionGroup everywhere(GlobalOptions& global, std::string& config);

/// All commands with their summaries.
std::string overview(const Commands& commands);

/// How much of a command's options help shows.
enum class HelpLength { brief, whole };

/// Usage, arguments, options by group with range and default, examples. The defaults are the values
/// the options have now. In brief, of a command whose note says where the rest stands, each option
/// has the first clause of its meaning and its default alone.
std::string command_help(Command& command, HelpLength length = HelpLength::whole);

/// The reference documentation of every command and option, as Markdown (docs/options.md).
std::string options_markdown(const Commands& commands);

}  // namespace mixvae::app
