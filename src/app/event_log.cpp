#include "app/event_log.hpp"

#include <filesystem>
#include <utility>

#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "training/event_file.hpp"

namespace mixvae::app {
namespace {

constexpr std::chrono::seconds kBetweenEventFiles(5);

double seconds_since_1970() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

std::string event_file_in(const std::string& folder) {
  return folder.empty() ? ""
                        : (std::filesystem::path(folder) / "events.out.tfevents.mixvae").string();
}

EventLog::EventLog(std::string file, training::TrainingObserver& next)
    : file_(std::move(file)), next_(next), began_(seconds_since_1970()) {}

void EventLog::epoch_done(const training::History& history) {
  next_.epoch_done(history);
  if (std::chrono::steady_clock::now() - written_at_ >= kBetweenEventFiles) {
    write(history);
  }
}

void EventLog::write(const training::History& history) {
  if (file_.empty()) {
    return;
  }
  const std::filesystem::path folder = std::filesystem::path(file_).parent_path();
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) {
    throw SystemError({.what = "the folder for TensorBoard cannot be made",
                       .where = folder.string(),
                       .found = failure.message()});
  }
  write_atomically(file_, training::event_file(history, began_));
  written_at_ = std::chrono::steady_clock::now();
}

}  // namespace mixvae::app
