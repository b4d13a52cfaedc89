#pragma once

#include <memory>
#include <string>

#include "base/progress.hpp"
#include "training/trainer.hpp"

namespace mixvae::app {

/// Shows a training's course on stderr: a bar or lines per phase, with the loss
/// of the last epoch.
class TrainingProgress : public training::TrainingObserver {
 public:
  explicit TrainingProgress(ProgressOutput output = ProgressOutput::standard_error())
      : output_(std::move(output)) {}

  /// What is trained from now on, named before its progress.
  void begin(const std::string& label) { label_ = label; }
  void step_done(std::int64_t step, std::int64_t total) override;
  void epoch_done(const training::History& history) override;
  /// Ends the line of the present phase.
  void finish() { progress_.reset(); }

 private:
  ProgressOutput output_;
  std::string label_ = "training";
  std::unique_ptr<Progress> progress_;
  std::int64_t step_ = 0;
  std::int64_t total_ = 0;
  std::string note_;
};

}  // namespace mixvae::app
