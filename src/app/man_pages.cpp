#include "app/man_pages.hpp"

#include <algorithm>
#include <set>

#include "app/help.hpp"
#include "base/text.hpp"

namespace mixvae::app {
namespace {

/// Text as roff reads it back: no sign of it means anything to roff.
std::string plain(const std::string& text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '\\') {
      out += "\\e";
    } else if (letter == '-') {
      out += "\\-";
    } else {
      out += letter;
    }
  }
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string title(const std::string& name, const std::string& date, const std::string& version) {
  std::string capitals;
  for (const char letter : name) {
    capitals += static_cast<char>(letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter);
  }
  return ".TH " + plain(capitals) + " 1 " + date + " \"mixvae " + plain(version) +
         "\" \"User commands\"\n";
}

std::string page_name(const Command& command) {
  std::string name = "mixvae-" + command.name();
  std::ranges::replace(name, ' ', '-');
  return name;
}

std::string name_section(const std::string& name, const std::string& summary) {
  return ".SH NAME\n" + plain(name) + " \\- " + plain(summary) + "\n";
}

/// A term in bold or italics, and what it means.
std::string item(const std::string& head, const std::string& text) {
  return ".TP\n" + head + "\n" + plain(text) + "\n";
}

std::string item(const Option& option) {
  const std::string value = placeholder(option);
  const std::string details = range_and_default(option);
  return item("\\fB\\-\\-" + plain(option.name) + "\\fR" +
                  (value.empty() ? "" : " \\fI" + plain(value) + "\\fR"),
              option.meaning + (details.empty() ? "" : " [" + details + "]"));
}

/// What makes two options the same to a reader.
std::string told(const Option& option) {
  return option.name + "\n" + option.meaning + "\n" + range_and_default(option);
}

/// Those options of a group that were not told yet, under its title.
std::string group_section(const OptionGroup& group, std::set<std::string>& known) {
  std::string items;
  for (const Option& option : group.options) {
    if (known.insert(told(option)).second) {
      items += item(option);
    }
  }
  return items.empty() ? "" : ".SS " + plain(group.title) + "\n" + items;
}

/// The options of the present choice; then, of each other one, those that differ.
std::string options_sections(Command& command) {
  std::set<std::string> known;
  std::string text = ".SH OPTIONS\n";
  for (const OptionGroup& group : command.groups()) {
    text += group_section(group, known);
  }
  GlobalOptions global;
  std::string config;
  text += group_section(everywhere(global, config), known);
  for (const ChoiceGroups& choice : command.choice_groups()) {
    std::string differing;
    for (const OptionGroup& group : choice.groups) {
      differing += group_section(group, known);
    }
    if (!differing.empty()) {
      text += ".SH OPTIONS OF " + plain(choice.choice) +
              "\nThose that the sections before do not have, or have otherwise.\n" + differing;
    }
  }
  return text;
}

std::string arguments_section(const Options& arguments) {
  std::string text;
  for (const Option& argument : arguments) {
    text += item("\\fI" + plain(placeholder(argument)) + "\\fR", argument.meaning);
  }
  return text.empty() ? "" : ".SH ARGUMENTS\n" + text;
}

std::string examples_section(const std::vector<std::string>& examples) {
  std::string text;
  for (const std::string& example : examples) {
    text += plain(example) + "\n";
  }
  return text.empty() ? "" : ".SH EXAMPLES\n.nf\n" + text + ".fi\n";
}

std::string command_page(Command& command) {
  return name_section(page_name(command), command.summary()) + ".SH SYNOPSIS\n" +
         plain(usage_line(command)) + "\n" + arguments_section(command.arguments()) +
         options_sections(command) + examples_section(command.examples()) +
         ".SH SEE ALSO\n.BR mixvae (1)\n";
}

std::string program_page(const Commands& commands) {
  std::string text =
      name_section("mixvae", "find types and states of cells without labels") + ".SH SYNOPSIS\n" +
      plain("mixvae COMMAND [options]") +
      "\n.SH DESCRIPTION\n"
      "Finds the types of cells, and continuous states within each type, in single\\-cell, "
      "cytometry "
      "and image data, without labels.\nEach command has a page of its own.\n.SH COMMANDS\n";
  for (const auto& command : commands) {
    text += item(".BR " + plain(page_name(*command)) + " (1)", command->summary());
  }
  return text + ".SH EXIT STATUS\n" + item("0", "success") + item("1", "a bug of the program") +
         item("2", "wrong usage") + item("3", "unsuitable input") +
         item("4", "the system refused something") + ".SH EXAMPLES\n.nf\n" +
         plain("mixvae fit cells.h5ad --out run") + "\n" +
         plain("mixvae assign run cells.h5ad --out annotated.h5ad") + "\n.fi\n";
}

}  // namespace

std::vector<ManPage> man_pages(const Commands& commands, const std::string& date,
                               const std::string& version) {
  std::vector<ManPage> pages = {
      {"mixvae", title("mixvae", date, version) + program_page(commands)}};
  for (const auto& command : commands) {
    const std::string name = page_name(*command);
    pages.push_back({name, title(name, date, version) + command_page(*command)});
  }
  return pages;
}

}  // namespace mixvae::app
