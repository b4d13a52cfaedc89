#include "app/config_file.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include <toml++/toml.h>

#include "app/help.hpp"
#include "base/error.hpp"
#include "base/nearest_hint.hpp"
#include "base/text.hpp"

namespace mixvae::app {
namespace {

struct Place {
  std::string path;
  toml::source_region region;

  std::string text() const { return path + ", line " + std::to_string(region.begin.line); }
};

std::string scalar_text(const toml::node& node, const Place& place) {
  if (const auto* text = node.as_string()) {
    return text->get();
  }
  if (const auto* whole = node.as_integer()) {
    return std::to_string(whole->get());
  }
  if (const auto* number = node.as_floating_point()) {
    return shortest(number->get());
  }
  if (const auto* truth = node.as_boolean()) {
    return truth->get() ? "true" : "false";
  }
  throw UsageError({.what = "an option in the configuration file has a value of an unusable kind",
                    .where = place.text(),
                    .expected = "a text, number, truth value or list of those"});
}

std::string value_text(const toml::node& node, const Place& place) {
  const auto* list = node.as_array();
  if (list == nullptr) {
    return scalar_text(node, place);
  }
  std::vector<std::string> parts;
  for (const toml::node& element : *list) {
    parts.push_back(scalar_text(element, place));
  }
  return join(parts, ",");
}

const Option* find(const Options& table, std::string_view name) {
  const auto found = std::ranges::find(table, name, &Option::name);
  return found == table.end() ? nullptr : &*found;
}

bool known_elsewhere(std::string_view key, const Commands& commands) {
  return std::ranges::any_of(commands, [key](const auto& command) {
    return find(own_options(*command), key) != nullptr ||
           find(command->other_options(), key) != nullptr;
  });
}

[[noreturn]] void refuse_key(std::string_view key, const Options& known, const Place& place) {
  std::vector<std::string> names;
  for (const Option& option : known) {
    names.push_back(option.name);
  }
  throw UsageError(
      {.what = "the configuration file sets an option that does not exist: " + std::string(key),
       .where = place.text(),
       .hint = nearest_hint(key, names, 3, "nearest names: ")});
}

void set_from_node(const Option& option, const toml::node& node, const Place& place) {
  try {
    set_option(option, value_text(node, place));
  } catch (const UsageError& error) {
    Fault fault = error.fault();
    fault.where = place.text();
    throw UsageError(fault);
  }
}

/// Throws for a key that would be an option with another choice.
void refuse_other_key(std::string_view key, const Command& command, const KnownOptions& known,
                      const Place& place) {
  if (find(known.other, key) == nullptr) {
    return;
  }
  try {
    command.refuse_other(std::string(key));
  } catch (const UsageError& error) {
    Fault fault = error.fault();
    fault.where = place.text();
    throw UsageError(fault);
  }
}

void apply_section(const toml::table& section, const std::string& path, const Command& command,
                   const KnownOptions& known) {
  for (const auto& [key, node] : section) {
    const Place place{path, node.source()};
    if (node.is_table()) {
      continue;  // the section of a longer command name
    }
    const Option* option = find(known.own, key.str());
    if (option == nullptr) {
      refuse_other_key(key.str(), command, known, place);
      refuse_key(key.str(), known.own, place);
    }
    set_from_node(*option, node, place);
  }
}

const toml::table* section_of(const toml::table& root, const Command& command) {
  std::string dotted = command.name();
  std::ranges::replace(dotted, ' ', '.');
  return root.at_path(dotted).as_table();
}

void add_texts(const toml::table& table, const std::string& path, Texts& texts) {
  for (const auto& [key, node] : table) {
    if (!node.is_table()) {
      texts[std::string(key.str())] = value_text(node, {path, node.source()});
    }
  }
}

void check_section_name(std::string_view key, const Commands& commands, const Place& place) {
  std::vector<std::string> names;
  for (const auto& command : commands) {
    names.push_back(command->name().substr(0, command->name().find(' ')));
  }
  if (key != "resolved" && std::ranges::find(names, key) == names.end()) {
    throw UsageError({.what = "the configuration file has a section [" + std::string(key) +
                              "] but there is no such command",
                      .where = place.text(),
                      .hint = nearest_hint(key, names, 3, "nearest names: ")});
  }
}

toml::table parse_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    throw InputError({.what = "cannot read the configuration file", .where = path});
  }
  try {
    return toml::parse(text, path);
  } catch (const toml::parse_error& error) {
    throw InputError({.what = "the configuration file is not valid TOML",
                      .where = Place{path, error.source()}.text(),
                      .found = std::string(error.description())});
  }
}

/// The text as comment lines of at most 100 bytes.
std::string commented(const std::string& text) {
  std::istringstream lines(wrapped(text, 0, 0, 98));
  std::string comment;
  std::string line;
  while (std::getline(lines, line)) {
    comment += "# " + line + "\n";
  }
  return comment;
}

std::string toml_value(const Option& option) {
  const std::string text = option_text(option);
  if (std::holds_alternative<std::vector<std::string>*>(option.target)) {
    std::vector<std::string> quoted;
    for (const std::string& part : *std::get<std::vector<std::string>*>(option.target)) {
      quoted.push_back(toml_quoted(part));
    }
    return "[" + join(quoted, ", ") + "]";
  }
  const bool word = std::holds_alternative<std::string*>(option.target) ||
                    std::holds_alternative<WordTarget>(option.target) || text == "auto";
  return word ? toml_quoted(text) : text;
}

}  // namespace

std::string toml_quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      quoted += "\\u00";
      quoted += kDigits[static_cast<unsigned char>(c) >> 4U];
      quoted += kDigits[static_cast<unsigned char>(c) & 15U];
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

Texts config_texts(const std::string& path, const Command& command) {
  const toml::table root = parse_file(path);
  Texts texts;
  add_texts(root, path, texts);
  if (const auto* section = section_of(root, command)) {
    add_texts(*section, path, texts);
  }
  return texts;
}

std::string config_place(const std::string& path, const Command& command, const std::string& name) {
  const toml::table root = parse_file(path);
  const toml::table* section = section_of(root, command);
  const toml::node* node = section != nullptr ? section->get(name) : nullptr;
  node = node != nullptr ? node : root.get(name);
  MIXVAE_ASSERT(node != nullptr, "the file sets the option");
  return Place{path, node->source()}.text();
}

void apply_config_file(const std::string& path, const Command& command, const KnownOptions& known,
                       const Commands& commands) {
  const toml::table root = parse_file(path);
  for (const auto& [key, node] : root) {
    const Place place{path, node.source()};
    if (node.is_table()) {
      check_section_name(key.str(), commands, place);
    } else if (const Option* option = find(known.own, key.str())) {
      set_from_node(*option, node, place);
    } else {
      refuse_other_key(key.str(), command, known, place);
      if (!known_elsewhere(key.str(), commands)) {
        refuse_key(key.str(), known.own, place);
      }
    }
  }
  if (const auto* section = section_of(root, command)) {
    apply_section(*section, path, command, known);
  }
}

std::string config_text(const Command& command, const Options& table,
                        const std::vector<std::string>& left_out) {
  std::string section = command.name();
  std::ranges::replace(section, ' ', '.');
  std::string text = "[" + section + "]\n";
  for (const Option& option : table) {
    if (std::ranges::find(left_out, option.name) != left_out.end()) {
      continue;
    }
    const std::string range = option_range(option);
    const std::string comment =
        option.meaning + (range.starts_with("text") ? "" : " [" + range + "]");
    text += "\n" + commented(comment) + option.name + " = " + toml_value(option) + "\n";
  }
  return text;
}

}  // namespace mixvae::app
