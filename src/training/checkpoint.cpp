#include "training/checkpoint.hpp"

#include "base/error.hpp"

namespace mixvae::training {
namespace {

const std::string kFormat = "mixvae checkpoint";
const std::string kVersion = "2";  // 1: moments of all parameters in one tensor
constexpr std::string_view kSettingPrefix = "setting.";

Settings settings_of(const TensorFile& file) {
  Settings settings;
  for (const auto& [name, value] : file.metadata) {
    if (name.starts_with(kSettingPrefix)) {
      settings[name.substr(kSettingPrefix.size())] = value;
    }
  }
  return settings;
}

std::string value_or_none(const Settings& settings, const std::string& name) {
  const auto found = settings.find(name);
  return found == settings.end() ? "no such setting" : found->second;
}

void require_equal(const Settings& now, const Settings& then, const std::string& path) {
  Settings all = now;
  all.insert(then.begin(), then.end());
  for (const auto& [name, value] : all) {
    if (value_or_none(now, name) != value_or_none(then, name)) {
      throw UsageError({.what = "the run was started with other settings",
                        .where = path + ", " + name,
                        .found = value_or_none(now, name),
                        .expected = value_or_none(then, name),
                        .hint = "use the same settings, or start a new run"});
    }
  }
}

}  // namespace

void save_checkpoint(const std::string& path, const Settings& settings,
                     const TrainingState& state) {
  TensorFile file = state.to_file();
  file.metadata["format"] = kFormat;
  file.metadata["version"] = kVersion;
  for (const auto& [name, value] : settings) {
    file.metadata[std::string(kSettingPrefix) + name] = value;
  }
  write_safetensors(path, file);
}

namespace {

void require_version(const TensorFile& file, const std::string& path) {
  if (find_fact(file, "format", path) != kFormat) {
    throw InputError({.what = path + " is not a checkpoint",
                      .found = find_fact(file, "format", path),
                      .expected = kFormat});
  }
  if (find_fact(file, "version", path) != kVersion) {
    throw InputError({.what = path + " is a checkpoint of another version of the program",
                      .found = "version " + find_fact(file, "version", path),
                      .expected = "version " + kVersion,
                      .hint = "finish the run with the program that started it, or start anew"});
  }
}

}  // namespace

void require_own_version(const std::string& path) { require_version(read_facts(path), path); }

void load_checkpoint(const std::string& path, const Settings& settings, TrainingState& state) {
  const TensorFile file = read_safetensors(path);
  require_version(file, path);
  require_equal(settings, settings_of(file), path);
  state.from_file(file, path);
}

}  // namespace mixvae::training
