#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace mixvae {

/// Where progress is shown and how time is measured; the default is stderr and the steady clock.
struct ProgressOutput {
  std::ostream* stream = nullptr;
  bool terminal = false;                 // a bar that is redrawn, or plain lines
  int width = 80;                        // columns of the terminal
  bool silent = false;                   // nothing is shown
  std::function<double()> seconds = {};  // a clock that never goes back

  /// stderr as it is, or the stream that replaces it: a bar when it is a terminal, nothing where
  /// news are not logged.
  static ProgressOutput standard_error();
};

/// Shows progress on this stream instead of stderr, for a program that has another place for it (a
/// notebook); null restores stderr. `terminal`: whether it takes a bar that is redrawn. Call it
/// while nothing shows progress.
void set_progress_stream(std::ostream* stream, bool terminal = false);

/// Shows how far a long job is: on a terminal a bar with rate and time left, else plain lines
/// without control characters, at most one per 10 seconds and one at the end. Cheap to call for
/// every step.
class Progress {
 public:
  /// `total` units of work named `unit` ("steps"), of which `done` were finished earlier (resume).
  Progress(std::string label, std::string unit, std::int64_t total, std::int64_t done = 0,
           ProgressOutput output = ProgressOutput::standard_error());
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `done` of the total are finished; `note` is shown behind ("loss 12.3").
  void update(std::int64_t done, std::string_view note = {});
  void advance(std::int64_t units = 1) { update(done_ + units, note_); }
  /// Shows the last state and ends the line; done by the destructor too.
  void finish();

 private:
  void show(double now);
  std::string facts(double now) const;
  std::string bar(const std::string& facts) const;

  std::string label_;
  std::string unit_;
  std::string note_;
  std::int64_t total_;
  std::int64_t start_;
  std::int64_t done_;
  ProgressOutput output_;
  double begin_;
  double shown_;
  bool finished_ = false;
};

/// A duration for people: "4.2 s", "3 min 05 s", "2 h 07 min".
std::string duration_text(double seconds);

}  // namespace mixvae
