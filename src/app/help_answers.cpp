#include "app/help_answers.hpp"

#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "app/command_line.hpp"

namespace mixvae::app {
namespace {

using Words = std::vector<std::string>;

Words words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

Words followed(Words first, const Words& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/// The ways of asking for the help of a command, or of those that begin with a word.
std::set<Words> help_requests(const Words& name) {
  return {followed(name, {"--help"}), followed(name, {"-h"}), followed({"help"}, name)};
}

/// Those of the choices that a command has ("--model jointvae"), and of all that it has.
std::set<Words> whole_help_requests(Command& command) {
  const Words name = words_of(command.name());
  std::set<Words> requests = {followed(name, {"--help", "all"})};
  for (const ChoiceGroups& choice : command.choice_groups()) {
    if (!choice.choice.empty()) {
      requests.insert(followed(followed(name, words_of(choice.choice)), {"--help"}));
      requests.insert(followed(followed(name, {"--help"}), words_of(choice.choice)));
    }
  }
  return requests;
}

std::set<Words> requests_for(const Commands& commands) {
  std::set<Words> requests = {{}, {"--help"}, {"-h"}, {"help"}, {"--version"}};
  for (const auto& command : commands) {
    const Words name = words_of(command->name());
    requests.merge(help_requests(name));
    requests.merge(help_requests({name.front()}));
    requests.merge(whole_help_requests(*command));
  }
  return requests;
}

}  // namespace

std::vector<Answer> help_answers(const std::function<Commands()>& commands) {
  std::vector<Answer> answers;
  for (const Words& words : requests_for(commands())) {
    answers.push_back({words, parse_command_line(words, commands()).text});
  }
  return answers;
}

}  // namespace mixvae::app
