#include "app/completions/shells.hpp"
#include "base/text.hpp"

namespace mixvae::app::completions {
namespace {

std::string fish_quoted(const std::string& text) {
  std::string escaped;
  for (const char letter : text) {
    escaped += letter == '\\' ? "\\\\" : std::string(1, letter);
  }
  return quoted(escaped, "\\'");
}

std::string line(const std::string& condition, const std::string& rest) {
  return "complete -c mixvae -n '" + condition + "' " + rest + "\n";
}

/// An option of a command: with the words that it takes, with files, or with any text.
std::string option_line(const std::string& command, const Word& word) {
  std::string rest = "-l " + word.name;
  if (!word.choices.empty()) {
    rest += " -x -a " + fish_quoted(join(word.choices, " "));
  } else if (word.takes_file()) {
    rest += " -r -F";
  } else if (!word.placeholder.empty()) {
    rest += " -x";
  }
  return line("__mixvae_is " + command, rest + " -d " + fish_quoted(word.about));
}

}  // namespace

std::string fish_script(const std::vector<CommandWords>& commands) {
  std::string text = R"(# Completion of mixvae for fish, made by: mixvae options --completion fish
function __mixvae_is --description 'the words behind mixvae begin with these'
    set -l words (commandline -opc)
    set -l last (math 1 + (count $argv))
    test (count $words) -ge $last
    and test "$words[2..$last]" = "$argv"
end
function __mixvae_words --description 'so many words are behind mixvae, beginning with these'
    set -l words (commandline -opc)
    test (count $words) -eq (math 1 + $argv[1])
    and test "$words[2..]" = "$argv[2..]"
end
)";
  for (const CommandWords& command : commands) {
    const std::size_t space = command.name.find(' ');
    const std::string first = command.name.substr(0, space);
    if (space == std::string::npos) {
      text += line("__mixvae_words 0", "-f -a " + first + " -d " + fish_quoted(command.about));
    } else {
      text += line("__mixvae_words 1 " + first,
                   "-f -a " + command.name.substr(space + 1) + " -d " + fish_quoted(command.about));
    }
  }
  for (const std::string& first : first_words(commands)) {
    if (!second_words(commands, first).empty()) {
      text += line("__mixvae_words 0", "-f -a " + first);
    }
  }
  for (const CommandWords& command : commands) {
    for (const Word& word : command.options) {
      text += option_line(command.name, word);
    }
  }
  return text;
}

}  // namespace mixvae::app::completions
