#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace mixvae::test {

using support::TemporaryFolder;

inline void write_text(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string read_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// What a Python program left: its exit status, standard output and standard error.
struct PythonRun {
  int status = 0;
  std::string output;
  std::string errors;

  bool lacks_module() const {
    return status == 127 || errors.find("ModuleNotFoundError") != std::string::npos;
  }
};

/// Runs a Python script inside an existing folder, so that it finds the files that lie there by
/// name.
inline PythonRun run_python_in(const std::string& folder, const std::string& script) {
  const std::string base = folder + "/mixvae_test_script";
  write_text(base + ".py", script);
  const std::string command =
      "cd '" + folder + "' && OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 '" MIXVAE_PYTHON "' '" +
      base + ".py' > '" + base + ".out' 2> '" + base + ".err'";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_text(base + ".out"),
          read_text(base + ".err")};
}

/// Runs a Python script in a fresh folder that holds the given files (name -> content).
inline PythonRun run_python(const std::string& script,
                            const std::map<std::string, std::string>& files = {}) {
  const TemporaryFolder folder;
  for (const auto& [name, content] : files) {
    write_text(folder.path(name), content);
  }
  return run_python_in(folder.path(), script);
}

/// Numbers as text that numpy.loadtxt reads back exactly, one line per `columns` of them.
template <class Numbers>
std::string number_text(const Numbers& numbers, std::size_t columns = 1) {
  std::string text;
  std::size_t i = 0;
  for (const auto value : numbers) {
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%.17g", static_cast<double>(value));
    text += buffer;
    text += (++i % columns == 0) ? '\n' : ' ';
  }
  return text;
}

/// Every number of a text ("nan" and "inf" included), separated by white space.
inline std::vector<double> numbers_in(const std::string& text) {
  std::vector<double> numbers;
  const char* next = text.c_str();
  char* end = nullptr;
  for (double value = std::strtod(next, &end); end != next; value = std::strtod(next, &end)) {
    numbers.push_back(value);
    next = end;
  }
  return numbers;
}

}  // namespace mixvae::test

/// Skips the test when Python or a module is absent, fails it when the script failed.
#define MIXVAE_NEEDS_PYTHON(run)                                         \
  do {                                                                   \
    if ((run).lacks_module()) {                                          \
      GTEST_SKIP() << "needs Python with the modules: " << (run).errors; \
    }                                                                    \
    ASSERT_EQ((run).status, 0) << (run).errors;                          \
  } while (false)
