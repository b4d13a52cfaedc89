#include "app/help.hpp"

#include <algorithm>
#include <sstream>

#include "base/text.hpp"

namespace mixvae::app {
namespace {

constexpr std::size_t kTextColumn = 30;

/// Long lists of words get spaces at which lines can be broken.
std::string breakable(const std::string& range) {
  constexpr std::size_t kLongList = 70;
  if (range.size() < kLongList) {
    return range;
  }
  std::string text;
  for (const char letter : range) {
    text += letter == '|' ? std::string("| ") : std::string(1, letter);
  }
  return text;
}

std::string entry(const std::string& head, const std::string& meaning, const std::string& details) {
  std::string line = "  " + head;
  if (line.size() + 2 > kTextColumn) {
    line += "\n" + std::string(kTextColumn, ' ');
  } else {
    line.resize(kTextColumn, ' ');
  }
  const std::string text = details.empty() ? meaning : meaning + " [" + details + "]";
  return line + wrapped(text, kTextColumn, kTextColumn) + "\n";
}

/// The first clause of a meaning.
std::string first_clause(const std::string& meaning) {
  const std::size_t end = std::min({meaning.find(';'), meaning.find(':'), meaning.find(" (")});
  return meaning.substr(0, end);
}

/// The choices where they are short, and the default.
std::string short_details(const Option& option) {
  constexpr std::size_t kShortChoices = 48;
  const std::string choices = join(option.choices, "|");
  const std::string value = is_flag(option) ? "" : option_text(option);
  if (choices.empty() || choices.size() > kShortChoices) {
    return value;
  }
  return choices + (value.empty() ? "" : "; " + value);
}

/// With `clauses` the first clause of each option alone.
std::string group_help(const OptionGroup& group, bool clauses) {
  std::string text = "\n" + group.title + "\n";
  for (const Option& option : group.options) {
    text += clauses
                ? entry(option_head(option), first_clause(option.meaning), short_details(option))
                : entry(option_head(option), option.meaning, range_and_default(option));
  }
  return text;
}

std::string in_table(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    escaped += c == '|' ? "\\|" : std::string(1, c);
  }
  return escaped;
}

void append_markdown(std::string& text, const OptionGroup& group) {
  text +=
      "\n**" + group.title + "**\n\n| option | meaning | range | default |\n|---|---|---|---|\n";
  for (const Option& option : group.options) {
    const std::string value = option_text(option);
    text += "| `--" + option.name + "` | " + in_table(option.meaning) + " | " +
            in_table(option_range(option)) + " | " +
            (value.empty() ? "" : "`" + in_table(value) + "`") + " |\n";
  }
}

void append_markdown(std::string& text, Command& command) {
  text += "\n## mixvae " + command.name() + "\n\n" + command.summary() + ".\n\n```\n" +
          usage_line(command) + "\n```\n";
  const Options arguments = command.arguments();
  for (const Option& argument : arguments) {
    text += "\n- `" + placeholder(argument) + "` (`" + argument.name +
            "` in a configuration file): " + argument.meaning;
  }
  text += arguments.empty() ? "" : "\n";
  for (const ChoiceGroups& choice : command.choice_groups()) {
    text += choice.choice.empty() ? "" : "\n### " + choice.choice + "\n";
    for (const OptionGroup& group : choice.groups) {
      append_markdown(text, group);
    }
  }
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t column,
                    std::size_t width) {
  std::string out;
  std::istringstream words{std::string(text)};
  std::string word;
  bool at_start = true;
  while (words >> word) {
    if (!at_start && column + 1 + word.size() > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!at_start) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    at_start = false;
  }
  return out;
}

std::string placeholder(const Option& option) {
  struct ByKind {
    std::string operator()(const bool*) const { return ""; }
    std::string operator()(const std::int64_t*) const { return "N"; }
    std::string operator()(const double*) const { return "X"; }
    std::string operator()(const std::string*) const { return "TEXT"; }
    std::string operator()(const std::vector<std::string>*) const { return "A,B,..."; }
    std::string operator()(const std::optional<std::int64_t>*) const { return "N|auto"; }
    std::string operator()(const std::optional<double>*) const { return "X|auto"; }
    std::string operator()(const WordTarget&) const { return "WORD"; }
  };
  if (!option.placeholder.empty()) {
    return option.placeholder;
  }
  return option.choices.empty() ? std::visit(ByKind{}, option.target) : "WORD";
}

bool is_flag(const Option& option) { return std::holds_alternative<bool*>(option.target); }

std::string option_head(const Option& option) {
  const std::string value = placeholder(option);
  return "--" + option.name + (value.empty() ? "" : " " + value);
}

std::string range_and_default(const Option& option) {
  const std::string value = option_text(option);
  if (is_flag(option)) {
    return value == "true" ? "on unless --" + option.name + "=false" : "";
  }
  std::string told = value.empty() ? "" : "default " + value;
  const std::string range = breakable(option_range(option));
  if (range != "text" && range != "text,text,...") {
    told = told.empty() ? range : range + "; " + told;
  }
  return told;
}

std::string usage_line(Command& command) {
  std::string line = "mixvae " + command.name();
  for (const Option& argument : command.arguments()) {
    line += " " + placeholder(argument);
  }
  for (const std::string& name : command.required()) {
    line += " " + option_head(find_option(own_options(command), name));
  }
  return line + " [options]";
}

OptionGroup everywhere(GlobalOptions& global, std::string& config) {
  OptionGroup group{"Everywhere", options(global)};
  group.options.push_back({.name = "config",
                           .target = &config,
                           .meaning = "set options from a TOML file, by the names used here "
                                      "(sections by command, or flat); the command line "
                                      "wins over the file",
                           .placeholder = "FILE.toml"});
  return group;
}

std::string overview(const Commands& commands) {
  std::string text =
      "mixvae finds the types of cells, and continuous states within each type, in single-cell, "
      "cytometry and image data, without labels.\n\nUsage: mixvae COMMAND [options]\n\nCommands\n";
  for (const auto& command : commands) {
    text += entry(command->name(), command->summary(), "");
  }
  return text +
         "\n  mixvae COMMAND --help      options of one command\n"
         "  mixvae options --markdown  the reference of all options\n"
         "  mixvae --version           version, libraries, licence\n\n"
         "Start here: mixvae fit cells.h5ad --out run && mixvae assign run cells.h5ad --out "
         "annotated.h5ad\n";
}

std::string command_help(Command& command, HelpLength length) {
  std::string text = "mixvae " + command.name() + ": " + command.summary() +
                     "\n\nUsage: " + usage_line(command) + "\n";
  const Options arguments = command.arguments();
  text += arguments.empty() ? "" : "\n";
  for (const Option& argument : arguments) {
    text += entry(placeholder(argument), argument.meaning, "");
  }
  const bool brief = length == HelpLength::brief;
  const bool clauses = brief && !command.brief_note().empty();  // the note says where the rest is
  for (const OptionGroup& group : brief ? command.brief_groups() : command.groups()) {
    text += group_help(group, clauses);
  }
  GlobalOptions global;
  std::string config;
  text += group_help(everywhere(global, config), clauses);
  const std::vector<std::string> examples = command.examples();
  if (clauses) {
    text += "\n" + wrapped(command.brief_note(), 0, 0) + "\n";
  }
  text += examples.empty() ? "" : "\nExamples\n";
  for (const std::string& example : examples) {
    text += "  " + example + "\n";
  }
  return text;
}

std::string options_markdown(const Commands& commands) {
  std::string text =
      "# Options\n\nGenerated by `mixvae options --markdown`; edit the option tables in the "
      "sources, not this page.\n\n"
      "Every option can be given on the command line (`--name value` or `--name=value`; a truth "
      "value as `--name` or "
      "`--name=false`;\na list as `a,b` or by repeating the option) and in a TOML file named by "
      "`--config`, flat or in a section "
      "named after the command\n(`[fit]`, `[simulate.cells]`). The command line wins over the "
      "section, the section over flat keys.\n";
  for (const auto& command : commands) {
    append_markdown(text, *command);
  }
  GlobalOptions global;
  std::string config;
  text += "\n## Every command\n";
  append_markdown(text, everywhere(global, config));
  return text;
}

}  // namespace mixvae::app
