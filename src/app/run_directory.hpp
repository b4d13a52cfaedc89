#pragma once

#include <string>

namespace mixvae::app {

/// Names of the files of a run.
inline constexpr const char* config_name = "config.toml";
inline constexpr const char* model_name = "model.safetensors";
inline constexpr const char* checkpoint_name = "checkpoint.safetensors";

/// Whether a run begins, or goes on from what an interrupted one left.
enum class RunStart { fresh, resume };

/// Makes the folder of a run ready and writes its config.toml. An existing run with the same
/// settings that is not finished is resumed; `config` and the existing file are compared by their
/// values in [fit], without input, threads and device. Refuses (UsageError) a finished run, one
/// with other settings (naming the first difference), and a folder with other files, unless
/// `force`, which removes the files of the former run and no others. Throws SystemError when the
/// folder cannot be written.
RunStart open_run_directory(const std::string& folder, const std::string& config, bool force);

/// Throws InputError unless the folder holds a finished run.
void require_finished_run(const std::string& folder);

}  // namespace mixvae::app
