#pragma once

#include <condition_variable>
#include <csignal>
#include <functional>
#include <mutex>
#include <thread>

namespace mixvae {

/// While an object lives, SIGINT and SIGTERM set a flag that long loops ask for, instead of ending
/// the program; a second signal ends it at once. Signals that were ignored stay ignored (nohup).
/// The former handling returns at the end.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  struct sigaction former_interrupt_ = {};
  struct sigaction former_terminate_ = {};
};

/// While an object lives, the first signal that an InterruptGuard catches ends the program within a
/// tenth of a second, whatever it is doing, with exit code 130 or 143: for long work that leaves
/// nothing half done. `tidy` is called before that, beside the work.
class EndAtOnce {
 public:
  /// Throws Interrupted when a signal has come before.
  explicit EndAtOnce(std::function<void()> tidy = {});
  ~EndAtOnce();
  EndAtOnce(const EndAtOnce&) = delete;
  EndAtOnce& operator=(const EndAtOnce&) = delete;

 private:
  void watch();

  std::function<void()> tidy_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool over_ = false;
  std::thread watcher_;
};

/// Number of the signal that asked the program to stop, or 0.
int interrupt_signal();

/// Throws Interrupted (exit code 130 or 143) when a signal has asked the program to stop.
void throw_if_interrupted();

/// Forgets a signal that has been dealt with.
void clear_interrupt();

}  // namespace mixvae
