#pragma once

#include <pybind11/pybind11.h>
#include <string>
#include <vector>

namespace mixvae::python {

namespace py = pybind11;

/// How a command is run: what it may read from memory, which output it gives back, and how it is
/// shown.
struct CommandCall {
  std::vector<std::string> words;  // as on the command line, after "mixvae"
  py::dict inputs;                 // by name: what held_data reads
  std::string output;              // name of the output that is given back, not written
  bool takes_signals = false;      // the call is made by the main thread, which gets Ctrl-C
  py::function write;              // takes the texts for people
  bool terminal = false;           // whether these may redraw a line
};

/// Runs a command of the program in this process, without the GIL; other calls wait until it ends.
/// Returns {"text": what it printed, "table", "additions", "dataset": results, or
/// None}. Ctrl-C ends the
/// call, with KeyboardInterrupt, as it ends the program: a fit that trains has written a checkpoint
/// then. Throws the errors of base/error.hpp.
py::dict run_command(const CommandCall& call);

}  // namespace mixvae::python
