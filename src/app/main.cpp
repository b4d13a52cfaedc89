// The main program, which src/front/main.cpp becomes: parse, run, turn what was thrown into a
// message on stderr and an exit code.

#include <csignal>
#include <cstdio>
#include <new>
#include <string>
#include <vector>

#include "app/command_line.hpp"
#include "app/commands/all.hpp"
#include "app/help_answers.hpp"
#include "app/manual_files.hpp"
#include "app/output.hpp"
#include "app/start.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/library_settings.hpp"
#include "nn/memory.hpp"

namespace {

int fail(int code, const std::string& message) {
  std::fprintf(stderr, "mixvae: %s\n", message.c_str());
  return code;
}

/// Called by the build: writes the texts that the front answers with.
void write_answers(const std::string& path) {
  mixvae::write_atomically(
      path, mixvae::answer_file(mixvae::app::help_answers(mixvae::app::all_commands)));
}

void run(const std::vector<std::string>& words) {
  if (words.size() == 2 && words[0] == "--write-answers") {
    write_answers(words[1]);
    return;
  }
  if (words.size() == 2 && words[0] == "--write-manuals") {
    mixvae::app::write_manuals(words[1], mixvae::app::all_commands());
    return;
  }
  const mixvae::app::Commands commands = mixvae::app::all_commands();
  const auto invocation = mixvae::app::parse_command_line(words, commands);
  if (invocation.command == nullptr) {
    mixvae::app::print(invocation.text);
  } else {
    mixvae::app::start(invocation.global);
    mixvae::nn::keep_freed_memory();
    invocation.command->run(invocation.global);
  }
  mixvae::app::flush_output();
}

}  // namespace

int main(int argc, char** argv) {
  mixvae::restart_with_library_settings(argv);
  std::signal(SIGPIPE, SIG_IGN);  // a reader that leaves is noticed when writing, not by dying
  try {
    run({argv + (argc > 0 ? 1 : 0), argv + argc});
    return 0;
  } catch (const mixvae::Error& error) {
    return fail(error.exit_code(), error.what());
  } catch (const std::bad_alloc&) {
    return fail(4, "not enough memory\n  hint: fewer cells or features, or a smaller --batch-size");
  } catch (const std::exception& error) {
    return fail(1, std::string(error.what()) +
                       "\n  This is a bug of ours, not of your data: please report it.");
  }
}
