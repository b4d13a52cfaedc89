#include "app/completions/shells.hpp"
#include "base/text.hpp"

namespace mixvae::app::completions {
namespace {

std::string all_options(const CommandWords& command) {
  std::vector<std::string> words;
  for (const Word& word : command.options) {
    words.push_back("--" + word.name);
  }
  return join(words, " ");
}

/// The lines of a `case` that set `words` for one command: its options, and the words of one.
std::string cases_of(const CommandWords& command) {
  std::string text;
  for (const Word& word : command.options) {
    if (!word.choices.empty()) {
      text += "    '" + command.name + " --" + word.name + "') words='" + join(word.choices, " ") +
              "' ;;\n";
    }
  }
  std::vector<std::string> any;  // options whose value may be any text
  for (const Word& word : command.options) {
    if (word.choices.empty() && !word.placeholder.empty()) {
      any.push_back("'" + command.name + " --" + word.name + "'");
    }
  }
  if (!any.empty()) {
    text += "    " + join(any, "|") + ") return ;;\n";
  }
  return text + "    '" + command.name + " '*) words='" + all_options(command) + "' ;;\n";
}

}  // namespace

std::string bash_script(const std::vector<CommandWords>& commands) {
  const std::vector<std::string> firsts = first_words(commands);
  std::string text = R"(# Completion of mixvae for bash, made by: mixvae options --completion bash
_mixvae() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=
  COMPREPLY=()
  # "--model=x" comes as three words.
  if [[ $current == = ]]; then
    current=
  elif [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD-2]}
  fi
  local command=${COMP_WORDS[1]}
)";
  std::string two_words;
  std::string second_cases;
  for (const std::string& first : firsts) {
    const std::vector<std::string> seconds = second_words(commands, first);
    if (!seconds.empty()) {
      two_words += (two_words.empty() ? "" : "|") + first;
      second_cases += "    '2 " + first + "') words='" + join(seconds, " ") + "' ;;\n";
    }
  }
  if (!two_words.empty()) {
    text += "  case $command in\n    " + two_words +
            ") [[ $COMP_CWORD -gt 2 ]] && command+=\" ${COMP_WORDS[2]}\" ;;\n  esac\n";
  }
  text += "  case \"$COMP_CWORD $command\" in\n    '1 '*) words='" + join(firsts, " ") +
          " help --help --version' ;;\n" + second_cases + "  esac\n" +
          "  [[ -n $words ]] || case \"$command $before\" in\n";
  for (const CommandWords& command : commands) {
    text += cases_of(command);
  }
  return text + R"(  esac
  # Anything but an option, a command or one of an option's words is a file, which bash finds by itself.
  case $words in
    --*) [[ $current == -* ]] || return ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _mixvae mixvae
)";
}

}  // namespace mixvae::app::completions
