#include "fit/stages.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/error.hpp"
#include "base/interrupt.hpp"

namespace mixvae::fit {
namespace {

double stage_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Stages::Stages(const std::vector<std::string>& names, StageObserver* observer,
               std::function<void()> tidy)
    : observer_(observer), tidy_(std::move(tidy)) {
  for (const std::string& name : names) {
    stages_.push_back(
        {.name = name, .number = std::ssize(stages_) + 1, .count = std::ssize(names)});
  }
}

Stage* Stages::find(const std::string& name) {
  const auto found = std::ranges::find(stages_, name, &Stage::name);
  return found == stages_.end() ? nullptr : &*found;
}

void Stages::begin(const std::string& name) {
  end();
  const Stage* stage = find(name);
  MIXVAE_ASSERT(stage != nullptr, "the stage is planned");
  present_ = static_cast<std::size_t>(stage - stages_.data());
  running_ = true;
  began_ = stage_clock();
  if (observer_ != nullptr) {
    observer_->stage_began(*stage);
  }
}

void Stages::end() {
  if (!std::exchange(running_, false)) {
    return;
  }
  const Stage& stage = stages_[present_++];
  if (observer_ != nullptr) {
    observer_->stage_ended(stage, stage_clock() - began_);
  }
}

void Stages::at_once(const std::function<void()>& work) const {
  const EndAtOnce scope(tidy_);
  work();
}

void Stages::run(const std::string& name, const std::function<void()>& work) {
  begin(name);
  at_once(work);
  end();
}

void Stages::expect(const std::string& name, double seconds) {
  if (Stage* stage = find(name)) {
    stage->expected = seconds;
  }
}

void Stages::tell_expected() const {
  if (observer_ != nullptr) {
    observer_->expects({stages_.begin() + static_cast<std::ptrdiff_t>(present_), stages_.end()});
  }
}

}  // namespace mixvae::fit
