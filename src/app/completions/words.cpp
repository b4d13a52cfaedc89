#include "app/completions/words.hpp"

#include <algorithm>

#include "app/help.hpp"

namespace mixvae::app::completions {
namespace {

/// The meaning up to its first sign that goes into details.
std::string few_words(const std::string& meaning) {
  const std::size_t end = std::min(meaning.find_first_of(";:("), meaning.find(", "));
  std::string text = meaning.substr(0, end);
  while (!text.empty() && text.back() == ' ') {
    text.pop_back();
  }
  return text;
}

/// Adds the option, or its choices to the word that is there.
void add(std::vector<Word>& words, const Option& option) {
  const auto same = std::ranges::find(words, option.name, &Word::name);
  if (same == words.end()) {
    words.push_back({option.name, few_words(option.meaning),
                     is_flag(option) ? "" : placeholder(option), option.choices});
    return;
  }
  for (const std::string& choice : option.choices) {
    if (std::ranges::find(same->choices, choice) == same->choices.end()) {
      same->choices.push_back(choice);
    }
  }
}

std::vector<Word> option_words(Command& command) {
  std::vector<Word> words;
  for (const OptionGroup& group : command.groups()) {
    for (const Option& option : group.options) {
      add(words, option);
    }
  }
  for (const Option& option : command.other_options()) {
    add(words, option);
  }
  GlobalOptions global;
  std::string config;
  for (const Option& option : everywhere(global, config).options) {
    add(words, option);
  }
  words.push_back({"help", "explain the command", "", {}});
  return words;
}

}  // namespace

bool Word::takes_file() const {
  const auto holds = [this](const char* part) {
    return placeholder.find(part) != std::string::npos;
  };
  return holds("FILE") || holds("FOLDER") || holds("RUN") || holds("INPUT") || holds(".csv");
}

std::vector<CommandWords> command_words(const Commands& commands) {
  std::vector<CommandWords> all;
  for (const auto& command : commands) {
    all.push_back({command->name(), few_words(command->summary()), option_words(*command)});
  }
  return all;
}

std::vector<std::string> first_words(const std::vector<CommandWords>& commands) {
  std::vector<std::string> words;
  for (const CommandWords& command : commands) {
    const std::string word = command.name.substr(0, command.name.find(' '));
    if (std::ranges::find(words, word) == words.end()) {
      words.push_back(word);
    }
  }
  return words;
}

std::vector<std::string> second_words(const std::vector<CommandWords>& commands,
                                      const std::string& first) {
  std::vector<std::string> words;
  for (const CommandWords& command : commands) {
    if (command.name.starts_with(first + " ")) {
      words.push_back(command.name.substr(first.size() + 1));
    }
  }
  return words;
}

std::string quoted(const std::string& text, const std::string& quote) {
  std::string out = "'";
  for (const char letter : text) {
    out += letter == '\'' ? quote : std::string(1, letter);
  }
  return out + "'";
}

}  // namespace mixvae::app::completions
