#include "app/compared_runs.hpp"

#include <filesystem>
#include <set>

#include "app/run_directory.hpp"
#include "base/error.hpp"

namespace mixvae::app {
namespace {

std::string last_part(const std::string& path) {
  const std::filesystem::path whole = std::filesystem::path(path).lexically_normal();
  return whole.has_filename() ? whole.filename().string() : whole.parent_path().filename().string();
}

}  // namespace

std::vector<std::string> names_of_runs(const std::string& run,
                                       const std::vector<std::string>& others) {
  std::vector<std::string> folders{run};
  folders.insert(folders.end(), others.begin(), others.end());
  std::vector<std::string> names;
  names.reserve(folders.size());
  for (const std::string& folder : folders) {
    names.push_back(last_part(folder));
  }
  return std::set<std::string>(names.begin(), names.end()).size() == names.size() ? names : folders;
}

void require_comparable(const std::string& run, const std::vector<std::string>& others) {
  std::set<std::string> taken{std::filesystem::weakly_canonical(run).string()};
  const std::string data = checksum_of_run_data(run);
  for (const std::string& other : others) {
    require_finished_run(other);
    if (!taken.insert(std::filesystem::weakly_canonical(other).string()).second) {
      throw UsageError({.what = "a run is compared with itself",
                        .where = other,
                        .found = "the same folder twice",
                        .expected = "--compare with other runs of the same data, each once"});
    }
    const std::string others_data = checksum_of_run_data(other);
    if (!data.empty() && !others_data.empty() && others_data != data) {
      throw InputError(
          {.what = "the runs were fitted to different data",
           .where = other,
           .found = "another matrix, or other names of cells or features, than in " + run,
           .expected = "runs of the same data"});
    }
  }
}

}  // namespace mixvae::app
