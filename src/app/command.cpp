#include "app/command.hpp"

#include "base/error.hpp"

namespace mixvae::app {

Options options(GlobalOptions& global) {
  return {
      {.name = "seed",
       .target = &global.seed,
       .meaning = "number that all random choices start from; the same seed gives the same result",
       .minimum = 0},
      {.name = "threads",
       .target = &global.threads,
       .meaning = "threads to use; 0 takes every core",
       .minimum = 0,
       .maximum = 1024},
      {.name = "device",
       .target = &global.device,
       .meaning = "where to compute: on the processor (cpu) or on an NVIDIA graphics card (cuda); "
                  "auto takes the card where there is one",
       .choices = {"auto", "cpu", "cuda"}},
      {.name = "json",
       .target = &global.json,
       .meaning = "print results as JSON for other programs"},
      {.name = "log-level",
       .target = &global.log_level,
       .meaning = "which messages are shown (on stderr): those of this importance and above",
       .choices = {"debug", "info", "warning", "error"}},
      {.name = "quiet",
       .target = &global.quiet,
       .meaning = "show warnings and errors only, no progress; the same as --log-level warning"},
  };
}

void Command::refuse_other(const std::string& name) const {
  throw UsageError({.what = "mixvae " + this->name() + " has no option --" + name + " here"});
}

Options own_options(Command& command) {
  Options all = command.arguments();
  for (const OptionGroup& group : command.groups()) {
    all.insert(all.end(), group.options.begin(), group.options.end());
  }
  return all;
}

}  // namespace mixvae::app
