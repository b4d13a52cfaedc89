#include "app/commands/all.hpp"

namespace mixvae::app {

Commands all_commands() {
  Commands commands;
  commands.push_back(options_command());
  return commands;
}

}  // namespace mixvae::app
