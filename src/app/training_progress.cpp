#include "app/training_progress.hpp"

#include "report/table_printer.hpp"

namespace mixvae::app {

void TrainingProgress::step_done(std::int64_t step, std::int64_t total) {
  const bool new_phase = progress_ == nullptr || step <= step_ || total != total_;
  if (new_phase) {
    progress_.reset();
    progress_ = std::make_unique<Progress>(label_, "steps", total, step - 1, output_);
  }
  step_ = step;
  total_ = total;
  progress_->update(step, note_);
}

void TrainingProgress::epoch_done(const training::History& history) {
  const training::EpochRecord& record = history.epochs.back();
  note_ = "loss " + report::fixed(record.training.front(), 4);
  if (!record.validation.empty()) {
    note_ += ", validation " + report::fixed(record.validation.front(), 4);
  }
}

}  // namespace mixvae::app
