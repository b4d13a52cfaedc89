#include "app/stage_progress.hpp"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <utility>

#include "app/training_progress.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace mixvae::app {
namespace {

constexpr std::chrono::milliseconds kBetweenLines{10'000};
constexpr std::chrono::milliseconds kBetweenRedraws{200};

bool trains(const fit::Stage& stage) {
  return stage.name == fit::kTraining || stage.name == fit::kStates;
}

/// "stage 2 of 5, neighbours: ".
std::string stage_heading(const fit::Stage& stage) {
  return "stage " + std::to_string(stage.number) + " of " + std::to_string(stage.count) + ", " +
         stage.name + ": ";
}

}  // namespace

std::string stage_text(const fit::Stage& stage, double seconds) {
  std::string text = stage.name + ": " + duration_text(seconds);
  if (stage.expected <= 0) {
    return text;
  }
  text += " of about " + duration_text(stage.expected);
  return seconds < stage.expected ? text + ", " + duration_text(stage.expected - seconds) + " left"
                                  : text + ", longer than expected";
}

StageProgress::StageProgress(TrainingProgress& training, ProgressOutput output)
    : training_(training), output_(std::move(output)) {}

StageProgress::~StageProgress() { stop_watching(); }

void StageProgress::stage_began(const fit::Stage& stage) {
  log_info(stage_heading(stage) +
           (stage.expected > 0 ? "about " + duration_text(stage.expected) : "begins"));
  if (trains(stage)) {
    training_.begin(stage.name);
    return;
  }
  const std::lock_guard lock(mutex_);
  stage_ = stage;
  began_ = output_.seconds();
  watching_ = true;
  watcher_ = std::thread([this] { watch(); });
}

void StageProgress::stage_ended(const fit::Stage& stage, double seconds) {
  stop_watching();
  if (trains(stage)) {
    training_.finish();
  }
  log_info(stage_heading(stage) + "took " + duration_text(seconds));
}

void StageProgress::expects(const std::vector<fit::Stage>& stages) {
  double all = 0;
  std::vector<std::string> parts;
  for (const fit::Stage& stage : stages) {
    all += stage.expected;
    if (stage.expected > 0) {
      parts.push_back(stage.name + " " + duration_text(stage.expected));
    }
  }
  log_info("the whole fit takes about " + duration_text(all) +
           " from now on: " + join(parts, ", "));
  const std::lock_guard lock(mutex_);
  if (!stages.empty() && stages.front().name == stage_.name) {
    stage_.expected = stages.front().expected;
  }
}

void StageProgress::watch() {
  std::unique_lock lock(mutex_);
  const auto pause = output_.terminal ? kBetweenRedraws : kBetweenLines;
  while (!wake_.wait_for(lock, pause, [this] { return !watching_; })) {
    show(output_.seconds() - began_);
  }
}

void StageProgress::show(double seconds) {
  const std::string text = stage_text(stage_, seconds);
  if (!output_.terminal) {
    *output_.stream << text << '\n' << std::flush;
    return;
  }
  line_in_use_ = true;
  set_terminal_line_in_use(true);
  const auto room = static_cast<std::size_t>(std::max(output_.width - 1, 1));
  *output_.stream << '\r' << text.substr(0, room) << "\x1b[K" << std::flush;
}

void StageProgress::stop_watching() {
  {
    const std::lock_guard lock(mutex_);
    watching_ = false;
  }
  wake_.notify_one();
  if (watcher_.joinable()) {
    watcher_.join();
  }
  if (std::exchange(line_in_use_, false)) {
    *output_.stream << "\r\x1b[K" << std::flush;
    set_terminal_line_in_use(false);
  }
}

}  // namespace mixvae::app
