#pragma once

#include <string>
#include <vector>

namespace mixvae::app {

struct ProcessResult {
  int exit_code = 0;   // 128 + signal number when a signal ended it
  double seconds = 0;  // wall-clock time
  std::string output;  // what it wrote to stdout
};

/// Runs a program (found on PATH) with its arguments, waits for its end; stderr is appended to the
/// file `log`. A signal that asks this program to stop is passed on, and Interrupted thrown after
/// the child's end. Throws SystemError when the program cannot be started.
ProcessResult run_process(const std::vector<std::string>& command, const std::string& log);

/// Path of the program that is running.
std::string own_program();

}  // namespace mixvae::app
