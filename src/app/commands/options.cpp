#include "app/commands/all.hpp"
#include "app/help.hpp"
#include "app/output.hpp"

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
                          "each command"}}}};
  }
  void run(const GlobalOptions&) override {
    const Commands commands = all_commands();
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
};

}  // namespace

std::unique_ptr<Command> options_command() { return std::make_unique<OptionsCommand>(); }

}  // namespace mixvae::app
