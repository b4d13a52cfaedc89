#include "app/shipped_tables.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae::app {
namespace {

namespace fs = std::filesystem;

fs::path named_folder;  // by set_tables_folder

/// share/mixvae/KIND of the build folder, or where CMake installs it, seen from the folder of the
/// program; empty: there is none.
fs::path folder_of(const std::string& kind) {
  if (!named_folder.empty()) {
    return named_folder / kind;
  }
  std::error_code failure;
  const fs::path here = fs::read_symlink("/proc/self/exe", failure).parent_path();
  const std::array<fs::path, 2> folders = {here / "../../share/mixvae" / kind,
                                           here / MIXVAE_DATA_FROM_LIBEXEC / kind};
  const auto found = std::ranges::find_if(
      folders, [&failure](const fs::path& folder) { return fs::is_directory(folder, failure); });
  return found == folders.end() ? fs::path() : *found;
}

}  // namespace

void set_tables_folder(const std::string& folder) { named_folder = folder; }

std::vector<std::string> shipped_tables(const std::string& kind) {
  std::vector<std::string> words;
  const fs::path folder = folder_of(kind);
  if (folder.empty()) {
    return words;
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".csv") {
      words.push_back(entry.path().stem().string());
    }
  }
  std::ranges::sort(words);
  return words;
}

std::string table_file(const std::string& kind, const std::string& file_or_word) {
  const std::vector<std::string> words = shipped_tables(kind);
  if (std::ranges::find(words, file_or_word) != words.end()) {
    return (folder_of(kind) / (file_or_word + ".csv")).lexically_normal().string();
  }
  if (fs::exists(file_or_word)) {
    return file_or_word;
  }
  throw InputError({.what = "there is no table of " + kind + " of this name",
                    .found = "--" + kind + " " + file_or_word,
                    .expected = "a file" + (words.empty() ? ""
                                                          : ", or " + join(words, " or ") +
                                                                ", which come with mixvae")});
}

}  // namespace mixvae::app
