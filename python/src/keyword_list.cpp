#include "keyword_list.hpp"

#include <algorithm>
#include <map>
#include <pybind11/stl.h>
#include <variant>
#include <vector>

#include "app/commands/all.hpp"
#include "base/error.hpp"
#include "errors.hpp"

namespace mixvae::python {
namespace {

struct KindNamer {
  std::string operator()(const bool*) const { return "bool"; }
  std::string operator()(const std::int64_t*) const { return "int"; }
  std::string operator()(const double*) const { return "float"; }
  std::string operator()(const std::string*) const { return "str"; }
  std::string operator()(const std::vector<std::string>*) const { return "list"; }
  std::string operator()(const WordTarget&) const { return "str"; }
  template <class Number>
  std::string operator()(const std::optional<Number>*) const {
    return (*this)(static_cast<const Number*>(nullptr));
  }
};

bool takes_auto(const Option& option) {
  return std::holds_alternative<std::optional<std::int64_t>*>(option.target) ||
         std::holds_alternative<std::optional<double>*>(option.target);
}

py::dict keyword(const Option& option, const std::vector<std::string>& choices) {
  std::string name = option.name;
  std::ranges::replace(name, '-', '_');
  py::dict dict;
  dict["name"] = name;
  dict["kind"] = std::visit(KindNamer{}, option.target);
  dict["optional"] = takes_auto(option);
  dict["default"] = option_text(option);
  dict["range"] = option_range(option);
  dict["choices"] = option.choices;
  dict["meaning"] = keyword_words(option.meaning);
  dict["models"] = choices;
  return dict;
}

app::Command& command_named(const app::Commands& commands, const std::string& name) {
  const auto found = std::ranges::find_if(
      commands, [&name](const auto& command) { return command->name() == name; });
  if (found == commands.end()) {
    throw UsageError({.what = "there is no command '" + name + "'"});
  }
  return **found;
}

/// "--model jointvae" as "jointvae"; empty where there is no choice.
std::string chosen(const std::string& choice) {
  const std::size_t space = choice.find(' ');
  return space == std::string::npos ? "" : choice.substr(space + 1);
}

}  // namespace

py::list keyword_list(const std::string& name) {
  const app::Commands commands = app::all_commands();
  app::Command& command = command_named(commands, name);
  std::vector<Option> options;  // each once, those of the first choice first
  std::map<std::string, std::vector<std::string>> models;
  const std::vector<app::ChoiceGroups> choices = command.choice_groups();
  for (const app::ChoiceGroups& choice : choices) {
    for (const app::OptionGroup& group : choice.groups) {
      for (const Option& option : group.options) {
        if (!models.contains(option.name)) {
          options.push_back(option);
        }
        models[option.name].push_back(chosen(choice.choice));
      }
    }
  }
  app::GlobalOptions global;
  for (const Option& option : app::options(global)) {
    options.push_back(option);
  }
  py::list list;
  for (const Option& option : options) {
    const std::vector<std::string>& having = models[option.name];
    list.append(
        keyword(option, having.size() == choices.size() ? std::vector<std::string>() : having));
  }
  return list;
}

}  // namespace mixvae::python
