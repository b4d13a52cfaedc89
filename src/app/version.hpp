#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mixvae::app {

/// Of the program, as in CMakeLists.txt.
std::string_view version();

/// The git commit of the sources, "-dirty" behind it where they were changed since; empty where
/// they were no git repository. Written by the build (cmake/WriteCommit.cmake).
std::string_view commit();

/// The day of that commit (2026-11-30); without one, the day of the build.
std::string_view commit_date();

/// Names of libraries with the versions that this program was built with, without those that were
/// left out.
std::vector<std::pair<std::string, std::string>> library_versions();

/// The licence of the program as it was built, in one line.
std::string licence();

/// What is known since the program was built: version, commit, libraries, licence.
std::string version_text();

/// What the program meets on this machine.
struct MachineFacts {
  std::string blas = {};                    // "OpenBLAS 0.3.21 for SkylakeX"; empty: tells nothing
  std::string blas_file = {};               // empty: libtorch carries its own
  bool slow_blas = false;                   // the reference BLAS
  std::vector<std::string> processor = {};  // base/processor.hpp
  bool bf16 = false;                        // --precision bf16 works
  int threads = 0;                          // that a command uses now
  bool cuda = false;                        // --device cuda works
};

MachineFacts machine_facts();

/// version_text and what the machine has, for people; and the same as JSON.
std::string full_version_text(const MachineFacts& machine);
std::string version_json(const MachineFacts& machine);

}  // namespace mixvae::app
