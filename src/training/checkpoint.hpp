#pragma once

#include <map>
#include <string>

#include "training/training_state.hpp"

namespace mixvae::training {

/// All that a result depends on, by name, as text.
using Settings = std::map<std::string, std::string>;

/// Writes the kept state with the settings it belongs to. Throws SystemError when the system
/// refuses; the former checkpoint is then still there.
void save_checkpoint(const std::string& path, const Settings& settings, const TrainingState& state);

/// Throws InputError when the file is cut short, no checkpoint, or one of another version; reads
/// its header alone.
void require_own_version(const std::string& path);

/// Sets the state to a checkpoint's. Throws UsageError naming the first setting that differs,
/// InputError when the file is damaged, of another program or of another version.
void load_checkpoint(const std::string& path, const Settings& settings, TrainingState& state);

}  // namespace mixvae::training
