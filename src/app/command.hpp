#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/options.hpp"

namespace mixvae::app {

/// What every command understands.
struct GlobalOptions {
  bool json = false;
  std::int64_t seed = 0;
  std::int64_t threads = 0;
  std::string device = "auto";
  std::string log_level = "info";
  bool quiet = false;
};

Options options(GlobalOptions& global);

/// Options that belong together in the help.
struct OptionGroup {
  std::string title;
  Options options;
};

/// Texts of options as they were given, by name.
using Texts = std::map<std::string, std::string>;

/// The groups that one choice (a model) brings with it.
struct ChoiceGroups {
  std::string choice;
  std::vector<OptionGroup> groups;
};

/// One command of the program: its words, its options bound to its own fields, and what it does
/// with them.
class Command {
 public:
  virtual ~Command() = default;

  /// The words that call it: "fit", "simulate cells".
  virtual std::string name() const = 0;
  /// One line for the overview.
  virtual std::string summary() const = 0;
  /// Arguments without a dash, in order, all required; a configuration file sets them by their
  /// names. The last may be a list, which takes all further words, as they are, or none.
  virtual Options arguments() { return {}; }
  /// Options with a dash, the common ones first. Those of GlobalOptions are understood besides.
  virtual std::vector<OptionGroup> groups() { return {}; }
  /// Names of options without which the command cannot run.
  virtual std::vector<std::string> required() const { return {}; }
  /// Examples for the help, one per line.
  virtual std::vector<std::string> examples() const { return {}; }

  /// Called with all that was given before any option is set: a command whose options or defaults
  /// depend on some of it (a model, a preset) puts the chosen ones in place here, so that single
  /// options change them whatever their order.
  virtual void choose(const Texts& /*given*/) {}
  /// Options that it would have with another choice, for their names and kinds.
  virtual Options other_options() { return {}; }
  /// Throws UsageError for one of those, which was given, in the same words wherever it was.
  [[noreturn]] virtual void refuse_other(const std::string& name) const;

  /// What --help shows, where not all groups; and a line on how to see the rest.
  virtual std::vector<OptionGroup> brief_groups() { return groups(); }
  virtual std::string brief_note() const { return {}; }
  /// All choices with their groups, for the reference of all options: name of the choice (empty: in
  /// every one) and groups.
  virtual std::vector<ChoiceGroups> choice_groups() { return {{"", groups()}}; }

  /// Does the work with the options as they have been set. Throws the errors of base/error.hpp.
  virtual void run(const GlobalOptions& global) = 0;
};

using Commands = std::vector<std::unique_ptr<Command>>;

/// Arguments and options of a command in one table, without the global ones.
Options own_options(Command& command);

}  // namespace mixvae::app
