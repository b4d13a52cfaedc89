#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/file_lock.hpp"

namespace mixvae::app {

/// Names of the files of a run.
inline constexpr const char* kConfigName = "config.toml";
inline constexpr const char* kModelName = "model.safetensors";
inline constexpr const char* kCheckpointName = "checkpoint.safetensors";
inline constexpr const char* kPreparationName = "preparation.safetensors";
inline constexpr const char* kTypeNamesName = "type_names.toml";

/// Key in [resolved] of config.toml: data_checksum of the data.
inline constexpr const char* kDataKey = "data";

/// Throws UsageError for a name of a run, which is a folder, that looks like that of a file of data
/// or results and is no folder yet.
void require_run_name(const std::string& folder);

/// Makes the folder of a run and locks it for this process; hold the lock while the run is written.
/// Throws UsageError when another process holds it, SystemError when the folder cannot be written.
FileLock lock_run_directory(const std::string& folder);

/// Throws UsageError when another process writes a run in the folder, which need not exist.
void require_unlocked(const std::string& folder);

/// Whether a run begins, or goes on from what an interrupted one left.
enum class RunStart { fresh, resume };

/// Makes the folder of a run ready and writes its config.toml. An existing run with the same
/// settings that is not finished is resumed; `config` and the existing file are compared by their
/// values in [fit], without input, threads and device, and by the checksum of their data. One that
/// never began to train is started anew, but its preparation stays unless `force`: that file knows
/// itself what it belongs to. Refuses
/// (UsageError) a finished run, one with other settings (naming the first difference) or other
/// data, and a folder with other files, unless `force`, which puts the files of the former run
/// aside (and touches no others) until settle_former_run. Throws SystemError when the folder cannot
/// be written.
RunStart open_run_directory(const std::string& folder, const std::string& config, bool force);

/// Ends the replacement of a run by `force`: once the new one has a checkpoint or a model the
/// former is removed, else it is brought back. Nothing happens where none is put aside.
void settle_former_run(const std::string& folder);

/// Calls settle_former_run at the end of a scope, however it is left.
class FormerRun {
 public:
  explicit FormerRun(std::string folder) : folder_(std::move(folder)) {}
  ~FormerRun();
  FormerRun(const FormerRun&) = delete;
  FormerRun& operator=(const FormerRun&) = delete;

 private:
  std::string folder_;
};

/// What a program that holds the lock does before it ends without unwinding: settle_former_run, and
/// takes the file of the lock away. A failure is a warning.
void tidy_run_directory(const std::string& folder) noexcept;

/// Paths of the files that a run consists of, there or not.
std::vector<std::string> run_file_paths(const std::string& folder);

/// The checksum (app/data_checksum.hpp) of the data that a run began with; empty in runs of earlier
/// versions. Throws InputError where its settings cannot be read.
std::string checksum_of_run_data(const std::string& folder);

/// Throws InputError unless the folder holds a finished run.
void require_finished_run(const std::string& folder);

}  // namespace mixvae::app
