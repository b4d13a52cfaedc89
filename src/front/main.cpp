// The program that people call, without libtorch, which takes a while to load: answers for help and
// version come from the file that the main program wrote when it was built; for everything else
// this process becomes the main program, with the settings of its libraries in the environment.

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>
#include <vector>

#include "app/output.hpp"
#include "base/answer_file.hpp"
#include "base/error.hpp"
#include "base/library_settings.hpp"

namespace {

namespace fs = std::filesystem;

/// The folder with the main program and its answers: libexec/mixvae of the build folder, or where
/// CMake installs it, seen from the folder of this file.
fs::path main_folder() {
  const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
  const std::array<fs::path, 2> folders = {
      here / "libexec/mixvae", (here / MIXVAE_LIBEXEC_FROM_BIN "/mixvae").lexically_normal()};
  for (const fs::path& folder : folders) {
    if (fs::exists(folder / "mixvae")) {
      return folder;
    }
  }
  throw mixvae::SystemError(
      {.what = "the main part of mixvae is missing",
       .where = folders.back() / "mixvae",
       .hint = "cmake --install BUILD-FOLDER puts all parts in place; where you want the program "
               "under another name, make a symbolic link to it instead of a copy"});
}

/// Prints the answer to these words; false when they ask for something else.
bool answer(const fs::path& folder, const std::vector<std::string>& words) {
  std::ifstream stream(folder / "answers", std::ios::binary);
  const std::string file{std::istreambuf_iterator<char>(stream), {}};
  const auto text = mixvae::find_answer(file, words);
  if (text.has_value()) {
    std::signal(SIGPIPE, SIG_IGN);  // as in the main program
    mixvae::app::print(*text);
    mixvae::app::flush_output();
  }
  return text.has_value();
}

[[noreturn]] void become_main_program(const fs::path& folder, char** arguments) {
  const std::string program = folder / "mixvae";
  mixvae::set_library_settings();
  execv(program.c_str(), arguments);
  throw mixvae::SystemError({.what = "the main part of mixvae cannot be started",
                             .where = program,
                             .found = std::strerror(errno)});
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const fs::path folder = main_folder();
    if (!answer(folder, {argv + (argc > 0 ? 1 : 0), argv + argc})) {
      become_main_program(folder, argv);
    }
    return 0;
  } catch (const mixvae::Error& error) {
    std::fprintf(stderr, "mixvae: %s\n", error.what());
    return error.exit_code();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mixvae: %s\n", error.what());
    return 4;
  }
}
