#pragma once

#include <pybind11/pybind11.h>

namespace mixvae::python {

namespace py = pybind11;

/// Adds mixvae's errors to the module and lets them arrive in Python: InputError and UsageError
/// (ValueError), SystemError (OSError), each with the attributes what, where, found, expected and
/// hint; Interrupted as KeyboardInterrupt; Bug (RuntimeError). Messages name options as keywords.
void add_errors(py::module_& module);

/// A text of the program in the words of the package: "--batch-size" as "batch_size".
std::string keyword_words(const std::string& text);

}  // namespace mixvae::python
