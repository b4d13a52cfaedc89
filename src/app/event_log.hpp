#pragma once

#include <chrono>
#include <string>

#include "training/trainer.hpp"

namespace mixvae::app {

/// The file in which TensorBoard finds a training, in a folder; empty for an empty folder.
std::string event_file_in(const std::string& folder);

/// Passes on what it is told of a training, and keeps a file for TensorBoard of it, which is
/// replaced by a longer one after an epoch, at most every few seconds.
class EventLog : public training::TrainingObserver {
 public:
  /// `file`: empty for none. Its folder is made when it is first written.
  EventLog(std::string file, training::TrainingObserver& next);

  void step_done(std::int64_t step, std::int64_t total) override { next_.step_done(step, total); }
  void epoch_done(const training::History& history) override;

  /// Writes the history to its last epoch. Throws SystemError.
  void write(const training::History& history);

 private:
  std::string file_;
  training::TrainingObserver& next_;
  double began_;  // seconds since 1970
  std::chrono::steady_clock::time_point written_at_ = {};
};

}  // namespace mixvae::app
