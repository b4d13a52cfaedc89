#include "app/run_directory.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <sstream>

#include <toml++/toml.h>

#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace mixvae::app {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 8> kRunFiles = {kConfigName,      kModelName,     kCheckpointName,
                                                  kPreparationName, kTypeNamesName, "history.csv",
                                                  "types.csv",      "report.html"};
constexpr const char* kLockName = ".mixvae.lock";
/// Where a run is computed and from which path its data come does not make it another run.
constexpr std::array<std::string_view, 3> kNotCompared = {"input", "threads", "device"};

std::string node_text(const toml::node* node) {
  if (node == nullptr) {
    return "nothing";
  }
  std::ostringstream text;
  node->visit([&text](const auto& value) { text << value; });
  return text.str();
}

toml::table settings_of(const toml::table& config) {
  const auto* section = config["fit"].as_table();
  toml::table settings = section == nullptr ? toml::table{} : *section;
  for (const std::string_view name : kNotCompared) {
    settings.erase(name);
  }
  return settings;
}

/// The checksum of the data that a run began with; empty in runs of earlier versions.
std::string configured_data(const toml::table& config) {
  return config["resolved"][kDataKey].value_or(std::string());
}

std::string difference(const toml::table& before, const toml::table& now) {
  for (const toml::table* table : {&now, &before}) {
    for (const auto& [key, node] : *table) {
      const std::string was = node_text(before.get(key.str()));
      const std::string is = node_text(now.get(key.str()));
      if (was != is) {
        return std::string(key.str())
            .append(": the run has ")
            .append(was)
            .append(", asked for is ")
            .append(is);
      }
    }
  }
  return {};
}

toml::table parse_existing(const fs::path& path) {
  try {
    return toml::parse_file(path.string());
  } catch (const toml::parse_error& error) {
    throw InputError({.what = "the settings of the existing run cannot be read",
                      .where = path.string(),
                      .found = std::string(error.description()),
                      .hint = "--force starts the run again"});
  }
}

void require_continuable(const fs::path& folder, const std::string& config) {
  if (!fs::exists(folder / kConfigName)) {
    throw UsageError(
        {.what = "the output folder holds other files and no run",
         .where = folder.string(),
         .hint = "name another folder with --out, or put the run among them with --force"});
  }
  const toml::table existing = parse_existing(folder / kConfigName);
  const toml::table wanted = toml::parse(config);
  const std::string other = difference(settings_of(existing), settings_of(wanted));
  if (!other.empty()) {
    throw UsageError({.what = "the output folder holds a run with other settings",
                      .where = folder.string(),
                      .found = other,
                      .hint = "name another folder with --out, or replace the run with --force"});
  }
  if (fs::exists(folder / kModelName)) {
    throw UsageError(
        {.what = "the run is finished",
         .where = folder.string(),
         .hint = "use it with mixvae assign or evaluate, or start again with --force"});
  }
  if (!configured_data(existing).empty() && !configured_data(wanted).empty() &&
      configured_data(existing) != configured_data(wanted)) {
    throw UsageError({.what = "the run that is to be resumed began with other data",
                      .where = folder.string(),
                      .found = "another matrix, or other names of cells or features",
                      .hint = "name another folder with --out, or replace the run with --force"});
  }
}

void make_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure || !fs::is_directory(folder)) {
    throw SystemError({.what = "cannot make the folder of the run",
                       .where = folder.string(),
                       .found = failure ? failure.message() : "a file of that name"});
  }
  require_writable((folder / kConfigName).string());
}

bool is_run_file(const fs::path& path) {
  const std::string name = path.filename().string();
  return name == kLockName || std::ranges::find(kRunFiles, name) != kRunFiles.end();
}

/// Files of a run that is being replaced; under the second name while they are on their way.
constexpr const char* kFormerName = ".former-run";
constexpr const char* kMovingName = ".former-run.moving";

bool has_begun(const fs::path& folder) {
  return fs::exists(folder / kModelName) || fs::exists(folder / kCheckpointName);
}

void remove_run_files(const fs::path& folder) {
  for (const char* file : kRunFiles) {
    fs::remove(folder / file);
  }
}

/// All but what was prepared.
void remove_begun_files(const fs::path& folder) {
  for (const char* file : kRunFiles) {
    if (std::string_view(file) != kPreparationName) {
      fs::remove(folder / file);
    }
  }
}

void move_run_files(const fs::path& from, const fs::path& to) {
  for (const char* file : kRunFiles) {
    if (fs::exists(from / file)) {
      fs::rename(from / file, to / file);
    }
  }
}

/// Killed at any moment, settle_former_run finds out which files belong together.
void put_aside(const fs::path& folder) {
  fs::create_directory(folder / kMovingName);
  move_run_files(folder, folder / kMovingName);
  fs::rename(folder / kMovingName, folder / kFormerName);
}

void bring_back(const fs::path& folder) {
  move_run_files(folder / kMovingName, folder);
  fs::remove_all(folder / kMovingName);
}

/// Whether nothing would be lost: an empty folder, or a run that never got as far as a checkpoint.
bool holds_nothing(const fs::path& folder) {
  const bool only_run_files = std::ranges::all_of(
      fs::directory_iterator(folder), [](const auto& entry) { return is_run_file(entry.path()); });
  return only_run_files && !fs::exists(folder / kModelName) &&
         !fs::exists(folder / kCheckpointName);
}

}  // namespace

void require_run_name(const std::string& folder) {
  constexpr std::array<std::string_view, 9> kFileEndings = {
      ".h5ad", ".csv", ".fcs", ".npz", ".npy", ".tsv", ".h5", ".loom", ".mtx"};
  const std::string extension = lower(fs::path(folder).extension().string());
  if (!fs::is_directory(folder) &&
      std::ranges::find(kFileEndings, extension) != kFileEndings.end()) {
    throw UsageError(
        {.what = "a run is a folder, and this is the name of a file",
         .where = folder,
         .expected = "a folder, such as --out run",
         .hint = "mixvae assign RUN INPUT --out FILE then writes the results into a file"});
  }
}

FileLock lock_run_directory(const std::string& folder) {
  make_folder(folder);
  return FileLock(
      (fs::path(folder) / kLockName).string(),
      {.what = "another program is writing a run in the folder",
       .where = folder,
       .hint = "wait until it has ended or stop it, or name another folder with --out"});
}

void require_unlocked(const std::string& folder) {
  if (fs::exists(fs::path(folder) / kLockName)) {
    const FileLock probe = lock_run_directory(folder);
  }
}

RunStart open_run_directory(const std::string& name, const std::string& config, bool force) {
  const fs::path folder(name);
  settle_former_run(name);
  const bool used = fs::is_directory(folder) && !holds_nothing(folder);
  if (used && !force) {
    require_continuable(folder, config);
    require_writable((folder / kConfigName).string());
    return RunStart::resume;
  }
  make_folder(folder);
  if (has_begun(folder)) {
    put_aside(folder);
  }
  if (force) {
    remove_run_files(folder);
  } else {
    remove_begun_files(folder);
  }
  write_atomically((folder / kConfigName).string(), config);
  return RunStart::fresh;
}

void settle_former_run(const std::string& name) {
  const fs::path folder(name);
  if (fs::exists(folder / kMovingName)) {  // killed while the files were on their way
    bring_back(folder);
  }
  if (!fs::exists(folder / kFormerName)) {
    return;
  }
  if (has_begun(folder)) {
    fs::remove_all(folder / kFormerName);
    return;
  }
  remove_run_files(folder);
  fs::rename(folder / kFormerName, folder / kMovingName);
  bring_back(folder);
}

void tidy_run_directory(const std::string& folder) noexcept {
  try {
    settle_former_run(folder);
    fs::remove(fs::path(folder) / kLockName);
  } catch (const std::exception& error) {
    log_warning("the former run could not be brought back in " + folder + ": " + error.what());
  }
}

FormerRun::~FormerRun() {
  try {
    settle_former_run(folder_);
  } catch (const std::exception& error) {
    log_warning("the former run could not be brought back in " + folder_ + ": " + error.what());
  }
}

std::vector<std::string> run_file_paths(const std::string& folder) {
  std::vector<std::string> paths;
  paths.reserve(std::size(kRunFiles));
  for (const char* file : kRunFiles) {
    paths.push_back((fs::path(folder) / file).string());
  }
  return paths;
}

std::string checksum_of_run_data(const std::string& folder) {
  return configured_data(parse_existing(fs::path(folder) / kConfigName));
}

void require_finished_run(const std::string& name) {
  const fs::path folder(name);
  if (!fs::is_directory(folder)) {
    throw InputError({.what = "there is no run here",
                      .where = name,
                      .expected = "the --out folder of mixvae fit"});
  }
  if (!fs::exists(folder / kModelName)) {
    const bool begun = fs::exists(folder / kConfigName);
    throw InputError({.what = begun ? "the run is not finished" : "the folder holds no run",
                      .where = name,
                      .expected = kModelName,
                      .hint = begun ? "the same mixvae fit command resumes it" : ""});
  }
}

}  // namespace mixvae::app
