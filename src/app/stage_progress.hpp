#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/progress.hpp"
#include "fit/stages.hpp"

namespace mixvae::app {

class TrainingProgress;

/// Shows the stages of a fit on stderr: what each is expected to take and took, and while one lasts
/// that no training progress tells of, its time so far and the time left.
class StageProgress : public fit::StageObserver {
 public:
  /// `training` shows the course of stages that train, and is named after them.
  explicit StageProgress(TrainingProgress& training,
                         ProgressOutput output = ProgressOutput::standard_error());
  ~StageProgress() override;
  StageProgress(const StageProgress&) = delete;
  StageProgress& operator=(const StageProgress&) = delete;

  void stage_began(const fit::Stage& stage) override;
  void stage_ended(const fit::Stage& stage, double seconds) override;
  void expects(const std::vector<fit::Stage>& stages) override;

 private:
  void watch();
  void show(double seconds);
  void stop_watching();

  TrainingProgress& training_;
  ProgressOutput output_;
  std::mutex mutex_;  // of what follows
  std::condition_variable wake_;
  fit::Stage stage_;
  double began_ = 0;
  bool watching_ = false;
  bool line_in_use_ = false;
  std::thread watcher_;
};

/// "start: 32.0 s of about 2 min 05 s, 1 min 33 s left".
std::string stage_text(const fit::Stage& stage, double seconds);

}  // namespace mixvae::app
