#include "app/command.hpp"

#include "base/error.hpp"

namespace mixvae::app {

Options options(GlobalOptions& global) {
  return {
      {.name = "seed",
       .target = &global.seed,
       .meaning = "start of all random numbers; the same seed gives the same result",
       .minimum = 0},
      {.name = "threads",
       .target = &global.threads,
       .meaning = "threads to use; 0 takes every core",
       .minimum = 0,
       .maximum = 1024},
      {.name = "device",
       .target = &global.device,
       .meaning = "where tensors live; auto takes a CUDA device when there is one",
       .choices = {"auto", "cpu", "cuda"}},
      {.name = "json",
       .target = &global.json,
       .meaning = "print results as JSON for other programs"},
      {.name = "log-level",
       .target = &global.log_level,
       .meaning = "the least important messages that are still shown on stderr",
       .choices = {"debug", "info", "warning", "error"}},
      {.name = "quiet",
       .target = &global.quiet,
       .meaning = "no news and no progress on stderr; as --log-level warning"},
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
