#include "app/version.hpp"

#include "app/commands/all.hpp"
#include "app/output.hpp"

namespace mixvae::app {
namespace {

/// Says what the program is and what it meets on this machine.
class VersionCommand : public Command {
 public:
  std::string name() const override { return "version"; }
  std::string summary() const override {
    return "tell version, libraries and licence, and what this machine has: BLAS, processor";
  }
  std::vector<std::string> examples() const override {
    return {"mixvae version", "mixvae version --json"};
  }
  void run(const GlobalOptions& global) override {
    const MachineFacts machine = machine_facts();
    print(global.json ? version_json(machine) : full_version_text(machine));
  }
};

}  // namespace

std::unique_ptr<Command> version_command() { return std::make_unique<VersionCommand>(); }

}  // namespace mixvae::app
