#pragma once

#include <pybind11/pybind11.h>
#include <string>

namespace mixvae::python {

namespace py = pybind11;

/// The options of a command, from their one source, as a list of {"name" (of the keyword), "kind",
/// "optional" (takes "auto"), "default" (text), "range", "meaning", "models" (of a fit, those that
/// have the option; empty: all)}; arguments are left out. Throws UsageError for no such command.
py::list keyword_list(const std::string& command);

}  // namespace mixvae::python
