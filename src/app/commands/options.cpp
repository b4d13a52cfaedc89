#include "app/commands/all.hpp"
#include "app/completions/completions.hpp"
#include "app/help.hpp"
#include "app/output.hpp"
#include "base/error.hpp"

namespace mixvae::app {
namespace {

/// Prints the reference of every command's options.
class OptionsCommand : public Command {
 public:
  std::string name() const override { return "options"; }
  std::string summary() const override { return "print the reference of all commands and options"; }
  std::vector<OptionGroup> groups() override {
    return {{"Common options",
             {{.name = "markdown",
               .target = &markdown_,
               .meaning = "print it as Markdown, as in docs/options.md, instead of the help of "
                          "each command"},
              {.name = "completion",
               .target = &shell_,
               .meaning = "print instead a script that makes this shell complete commands, options "
                          "and their words",
               .choices = {"none", "bash", "zsh", "fish"}}}}};
  }
  std::vector<std::string> examples() const override {
    return {"mixvae options --markdown", "source <(mixvae options --completion bash)"};
  }
  void run(const GlobalOptions&) override {
    const Commands commands = all_commands();
    if (markdown_ && shell_ != "none") {
      throw UsageError({.what = "one of two texts can be printed",
                        .found = "--markdown with --completion " + shell_,
                        .expected = "one of the two"});
    }
    if (shell_ != "none") {
      print(completion_script(shell_, commands));
      return;
    }
    if (markdown_) {
      print(options_markdown(commands));
      return;
    }
    for (const auto& command : commands) {
      print(command_help(*command) + "\n");
    }
  }

 private:
  bool markdown_ = false;
  std::string shell_ = "none";
};

}  // namespace

std::unique_ptr<Command> options_command() { return std::make_unique<OptionsCommand>(); }

}  // namespace mixvae::app
