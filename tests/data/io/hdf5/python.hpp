#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace mixvae::testing {

using support::TemporaryFolder;

struct PythonResult {
  int status;
  std::string output;  // stdout and stderr
};

/// Runs a script with arguments by Debian's Python.
inline PythonResult run_python(const std::string& script, const std::string& arguments = "") {
  const TemporaryFolder folder;
  std::ofstream(folder / "script.py") << script;
  const std::string command = std::string("OPENBLAS_NUM_THREADS=1 " MIXVAE_PYTHON " -W ignore ") +
                              (folder / "script.py") + " " + arguments + " 2>&1";
  PythonResult result{-1, {}};
  std::FILE* pipe = ::popen(command.c_str(), "r");
  std::array<char, 4096> buffer;
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    result.output.append(buffer.data(), n);
  }
  result.status = ::pclose(pipe);
  return result;
}

inline bool python_has(const std::string& module) {
  static const auto kFound = [](const std::string& name) {
    return std::system(("test -n \"$(" MIXVAE_PYTHON " -c 'import importlib.util as u; print(" +
                        ("u.find_spec(\"" + name + "\") or str())' 2>/dev/null)\""))
                           .c_str()) == 0;
  };
  return kFound(module);
}

}  // namespace mixvae::testing

/// Skips the test when a Python module is missing.
#define MIXVAE_NEED_PYTHON(module)                               \
  if (!::mixvae::testing::python_has(module)) {                  \
    GTEST_SKIP() << MIXVAE_PYTHON " has no module " << (module); \
  }
