#include "app/completions/shells.hpp"
#include "base/text.hpp"

namespace mixvae::app::completions {
namespace {

std::string in_quotes(const std::string& text) { return quoted(text, "'\\''"); }

/// Text in which the signs that _arguments and _describe read are escaped.
std::string plain(const std::string& text) {
  std::string out;
  for (const char letter : text) {
    if (letter == ':' || letter == '[' || letter == ']' || letter == '\\') {
      out += '\\';
    }
    out += letter;
  }
  return out;
}

/// An option for _arguments: '--model=[meaning]:WORD:(a b)'.
std::string specification(const Word& word) {
  std::string text =
      "--" + word.name + (word.placeholder.empty() ? "" : "=") + "[" + plain(word.about) + "]";
  if (!word.placeholder.empty()) {
    text += ":" + plain(word.placeholder) + ":";
    if (!word.choices.empty()) {
      text += "(" + join(word.choices, " ") + ")";
    } else if (word.takes_file()) {
      text += "_files";
    }
  }
  return in_quotes(text);
}

std::string described(const std::string& list, const std::vector<std::string>& names,
                      const std::vector<std::string>& meanings) {
  std::string text = "  local -a " + list + "=(\n";
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += "    " + in_quotes(plain(names[i]) + ":" + plain(meanings[i])) + "\n";
  }
  return text + "  )\n";
}

std::string about(const std::vector<CommandWords>& commands, const std::string& name) {
  for (const CommandWords& command : commands) {
    if (command.name == name || command.name.starts_with(name + " ")) {
      return command.about;
    }
  }
  return {};
}

}  // namespace

std::string zsh_script(const std::vector<CommandWords>& commands) {
  std::string text =
      "#compdef mixvae\n# Completion of mixvae for zsh, made by: mixvae options --completion zsh\n"
      "_mixvae() {\n";
  const std::vector<std::string> firsts = first_words(commands);
  std::vector<std::string> meanings;
  for (const std::string& first : firsts) {
    meanings.push_back(about(commands, first));
  }
  text += described("firsts", firsts, meanings);
  text +=
      "  if (( CURRENT == 2 )); then\n    _describe command firsts\n    return\n  fi\n"
      "  local command=$words[2] skipped=2\n";
  for (const std::string& first : firsts) {
    const std::vector<std::string> seconds = second_words(commands, first);
    if (!seconds.empty()) {
      text += "  if [[ $command == " + first + " ]]; then\n    if (( CURRENT == 3 )); then\n" +
              "      compadd " + join(seconds, " ") + "\n      return\n    fi\n" +
              "    command=\"$words[2] $words[3]\" skipped=3\n  fi\n";
    }
  }
  text += "  shift $(( skipped - 1 )) words\n  (( CURRENT -= skipped - 1 ))\n  case $command in\n";
  for (const CommandWords& command : commands) {
    text += "    " + in_quotes(command.name) + ")\n      _arguments \\\n";
    for (const Word& word : command.options) {
      text += "        " + specification(word) + " \\\n";
    }
    text += "        '*:file:_files' ;;\n";
  }
  return text + "  esac\n}\n_mixvae \"$@\"\n";
}

}  // namespace mixvae::app::completions
