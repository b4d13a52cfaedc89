#include "app/command_line.hpp"

#include <algorithm>
#include <map>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/config_file.hpp"
#include "app/help.hpp"
#include "app/version.hpp"
#include "base/error.hpp"
#include "base/nearest_hint.hpp"
#include "base/text.hpp"

namespace mixvae::app {
namespace {

/// Texts given for each option, by name, in the order of the command line.
using Given = std::map<std::string, std::vector<std::string>>;

bool is_help(const std::string& word) { return word == "--help" || word == "-h" || word == "help"; }

bool starts_with_words(const std::vector<std::string>& words, const std::string& name) {
  const auto parts = 1 + std::ranges::count(name, ' ');
  const auto count = std::min<std::ptrdiff_t>(parts, std::ssize(words));
  return join({words.data(), static_cast<std::size_t>(count)}, " ") == name;
}

[[noreturn]] void refuse_command(const std::vector<std::string>& words, const Commands& commands) {
  std::vector<std::string> names;
  std::vector<std::string> longer;
  for (const auto& command : commands) {
    names.push_back(command->name());
    if (command->name().starts_with(words.front() + " ")) {
      longer.push_back("mixvae " + command->name());
    }
  }
  if (!longer.empty()) {
    throw UsageError({.what = "mixvae " + words.front() + " needs one more word",
                      .expected = join(longer, " or ")});
  }
  if (words.front().starts_with("-")) {
    throw UsageError({.what = "the first word must be a command",
                      .found = words.front(),
                      .expected = join(names, ", "),
                      .hint = "options come after the command"});
  }
  throw UsageError({.what = "there is no command '" + words.front() + "'",
                    .expected = join(names, ", "),
                    .hint = nearest_hint(words.front(), names, 1)});
}

Command& choose_command(const std::vector<std::string>& words, const Commands& commands) {
  for (const auto& command : commands) {
    if (starts_with_words(words, command->name())) {
      return *command;
    }
  }
  refuse_command(words, commands);
}

std::vector<std::string> option_names(const Options& table) {
  std::vector<std::string> names;
  for (const Option& option : table) {
    names.push_back(option.name);
  }
  return names;
}

std::string help_hint(const Command& command) {
  return "mixvae " + command.name() + " --help shows arguments and options";
}

[[noreturn]] void refuse_dashed(const std::string& word, const Options& known,
                                const Command& command) {
  const std::string name = word.substr(0, word.find('='));
  std::vector<std::string> near =
      nearest_names(trimmed(name.substr(name.find_first_not_of('-'))), option_names(known));
  for (std::string& candidate : near) {
    candidate.insert(0, "--");
  }
  throw UsageError(
      {.what = "mixvae " + command.name() + " has no option " + name,
       .hint = (near.empty() ? "" : "nearest: " + join(near, ", ") + "; ") + help_hint(command)});
}

bool is_list(const Option& option) {
  return std::holds_alternative<std::vector<std::string>*>(option.target);
}

/// Words that no option took are the arguments, in their order; a list at the end takes the rest.
void take_arguments(const std::vector<std::string>& words, const Options& arguments,
                    const Command& command, Given& given) {
  const bool open_end = !arguments.empty() && is_list(arguments.back());
  if (words.size() > arguments.size() && !open_end) {
    throw UsageError({.what = "mixvae " + command.name() + " does not expect another argument",
                      .found = "'" + words[arguments.size()] + "'",
                      .hint = help_hint(command)});
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    given[arguments[std::min(i, arguments.size() - 1)].name].push_back(words[i]);
  }
}

/// A value that is itself an option was taken from the next word by mistake.
void refuse_swallowed(const Given& given, const Options& known) {
  for (const auto& [name, texts] : given) {
    for (const std::string& text : texts) {
      const auto same = [&text](const Option& option) { return text == "--" + option.name; };
      if (std::ranges::any_of(known, same)) {
        throw UsageError({.what = "option --" + name + " needs a value",
                          .found = "the option " + text,
                          .hint = "write --" + name + "=VALUE"});
      }
    }
  }
}

/// The option's names as CLI11 has them; the commonest have a letter, too.
std::string declared_name(const Option& option) {
  static const std::map<std::string, std::string> kLetters = {
      {"out", "-o,"}, {"threads", "-t,"}, {"quiet", "-q,"}};
  const auto letter = kLetters.find(option.name);
  return (letter == kLetters.end() ? "" : letter->second) + "--" + option.name;
}

void declare(CLI::App& parser, const Options& known, Given& given) {
  for (const Option& option : known) {
    auto& texts = given[option.name];
    const bool flag = std::holds_alternative<bool*>(option.target);
    CLI::Option* declared =
        flag
            ? parser.add_flag(declared_name(option), texts)
            : parser.add_option(declared_name(option), texts)->expected(1)->allow_extra_args(false);
    declared->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
}

/// Parses words up to "--" into `given`; returns those that no option took.
std::vector<std::string> take_options(std::vector<std::string> words, const Options& known,
                                      const Command& command, Given& given) {
  CLI::App parser;
  parser.set_help_flag();
  parser.allow_extras();
  declare(parser, known, given);
  std::ranges::reverse(words);  // CLI11 takes them from the back
  try {
    parser.parse(words);
  } catch (const CLI::ParseError& error) {
    throw UsageError({.what = error.what(), .hint = help_hint(command)});
  }
  refuse_swallowed(given, known);
  return parser.remaining();
}

Given read_words(const std::vector<std::string>& words, const Options& arguments,
                 const Options& known, const Command& command) {
  const auto dashes = std::ranges::find(words, "--");
  Given given;
  std::vector<std::string> rest = take_options({words.begin(), dashes}, known, command, given);
  for (const std::string& word : rest) {
    if (word.find_first_not_of('-') != std::string::npos && word.front() == '-') {
      refuse_dashed(word, known, command);
    }
  }
  if (dashes != words.end()) {
    rest.insert(rest.end(), dashes + 1, words.end());
  }
  take_arguments(rest, arguments, command, given);
  return given;
}

void set_from_words(const Options& table, const Given& given) {
  for (const Option& option : table) {
    const auto found = given.find(option.name);
    if (found == given.end() || found->second.empty()) {
      continue;
    }
    set_option(option, is_list(option) ? join(found->second, ",") : found->second.back());
  }
}

/// Words that stand alone are not taken apart at commas.
void set_list_of_words(Command& command, const Given& given) {
  for (const Option& argument : command.arguments()) {
    const auto found = given.find(argument.name);
    if (is_list(argument) && found != given.end()) {
      *std::get<std::vector<std::string>*>(argument.target) = found->second;
    }
  }
}

void require_options(Command& command) {
  for (const Option& argument : command.arguments()) {
    if (!is_list(argument) && option_text(argument).empty()) {
      throw UsageError({.what = "mixvae " + command.name() + " needs " + placeholder(argument),
                        .expected = argument.meaning,
                        .hint = help_hint(command)});
    }
  }
  for (const std::string& name : command.required()) {
    if (option_text(find_option(own_options(command), name)).empty()) {
      throw UsageError(
          {.what = "mixvae " + command.name() + " needs --" + name, .hint = help_hint(command)});
    }
  }
}

/// The words' texts and those of the configuration file that they do not overrule.
Texts texts_of(const Given& given, Texts from_file, const Options& table) {
  for (const Option& option : table) {
    const auto found = given.find(option.name);
    if (found != given.end() && !found->second.empty()) {
      from_file[option.name] = found->second.back();
    }
  }
  return from_file;
}

/// Every option that the command may have, whatever is chosen, with those of all commands.
Options possible_options(Command& command, GlobalOptions& global, std::string& config) {
  const Options all = own_options(command);
  Options dashed(all.begin() + std::ssize(command.arguments()), all.end());
  for (const Option& option : command.other_options()) {
    if (std::ranges::find(dashed, option.name, &Option::name) == dashed.end()) {
      dashed.push_back(option);
    }
  }
  for (const Option& option : options(global)) {
    dashed.push_back(option);
  }
  dashed.push_back({.name = "config", .target = &config});
  return dashed;
}

void refuse_others(const Command& command, const Options& own, const Given& given) {
  for (const auto& [name, texts] : given) {
    if (!texts.empty() && name != "config" &&
        std::ranges::find(own, name, &Option::name) == own.end()) {
      command.refuse_other(name);
    }
  }
}

/// Lets the command choose by all texts. Throws UsageError where words ask for another preset than
/// the file, which sets the options of its own; errors of the file's texts name the line.
void choose(Command& command, const Given& given, const Texts& from_file, const Options& possible) {
  const Texts all = texts_of(given, from_file, possible);
  const auto place = [&](const std::string& name) {
    return config_place(given.at("config").back(), command, name);
  };
  const auto preset = from_file.find("preset");
  if (preset != from_file.end() && all.at("preset") != preset->second) {
    throw UsageError({.what = "the configuration file is of another preset",
                      .where = place("preset"),
                      .found = "--preset " + all.at("preset"),
                      .expected = preset->second,
                      .hint = "leave out --preset or --config"});
  }
  try {
    command.choose(all);
  } catch (const UsageError& error) {
    Fault fault = error.fault();
    for (const char* name : {"model", "preset"}) {
      const auto text = from_file.find(name);
      if (text != from_file.end() && fault.found == "'" + text->second + "'") {
        fault.where = place(name);
      }
    }
    throw UsageError(fault);
  }
}

Invocation parse_command(Command& command, const std::vector<std::string>& words,
                         const Commands& commands) {
  Invocation invocation{.command = &command, .global = {}, .text = {}};
  std::string config;
  const Options possible = possible_options(command, invocation.global, config);
  const Given given = read_words(words, command.arguments(), possible, command);
  const auto file = given.find("config");
  const bool has_file = file != given.end() && !file->second.empty();
  const Texts from_file = has_file ? config_texts(file->second.back(), command) : Texts();
  choose(command, given, from_file, possible);
  Options all = own_options(command);
  for (const Option& option : options(invocation.global)) {
    all.push_back(option);
  }
  refuse_others(command, all, given);
  if (has_file) {
    apply_config_file(file->second.back(), command, {all, command.other_options()}, commands);
  }
  set_from_words(all, given);
  set_list_of_words(command, given);
  require_options(command);
  return invocation;
}

/// The help of one command: short, or of what is chosen by options among the words, or whole.
std::string command_help_for(Command& command, std::vector<std::string> words) {
  words.erase(words.begin(), words.begin() + 1 + std::ranges::count(command.name(), ' '));
  std::erase_if(words, is_help);
  if (words.empty()) {
    return command_help(command, HelpLength::brief);
  }
  GlobalOptions global;
  std::string config;
  const Options possible = possible_options(command, global, config);
  Given given;
  take_options(words, possible, command, given);
  const auto file = given.find("config");
  const bool has_file = file != given.end() && !file->second.empty();
  command.choose(
      texts_of(given, has_file ? config_texts(file->second.back(), command) : Texts(), possible));
  return command_help(command, HelpLength::whole);
}

std::string help_for(std::vector<std::string> words, const Commands& commands) {
  std::erase_if(words, is_help);
  if (words.empty()) {
    return overview(commands);
  }
  std::string text;
  for (const auto& command : commands) {  // "simulate" alone: all that begin so
    if (words.size() == 1 && command->name().starts_with(words.front() + " ")) {
      text += command_help(*command, HelpLength::brief);
    }
  }
  return text.empty() ? command_help_for(choose_command(words, commands), words) : text;
}

/// "--version" alone asks for what never changes; with options it is the command of that name.
Invocation answer_version(std::vector<std::string> words, const Commands& commands) {
  if (words.size() == 1) {
    return {.command = nullptr, .global = {}, .text = version_text()};
  }
  words.front() = "version";
  return parse_command_line(words, commands);
}

}  // namespace

Invocation parse_command_line(const std::vector<std::string>& words, const Commands& commands) {
  if (words.empty()) {
    return {.command = nullptr, .global = {}, .text = overview(commands)};
  }
  if (words.front() == "--version") {
    return answer_version(words, commands);
  }
  const auto option_end = std::ranges::find(words, "--");
  const bool wants_help = is_help(words.front()) ||
                          std::find(words.begin(), option_end, "--help") != option_end ||
                          std::find(words.begin(), option_end, "-h") != option_end;
  if (wants_help) {
    return {
        .command = nullptr, .global = {}, .text = help_for({words.begin(), option_end}, commands)};
  }
  Command& command = choose_command(words, commands);
  const auto parts = 1 + std::ranges::count(command.name(), ' ');
  return parse_command(command, {words.begin() + parts, words.end()}, commands);
}

}  // namespace mixvae::app
