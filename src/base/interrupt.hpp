#pragma once

#include <condition_variable>
#include <csignal>
#include <functional>
#include <mutex>
#include <thread>

namespace mixvae {

/// What a signal does: it belongs to the program, which it ends (the default); to a call of a
/// library, which it ends by an exception; or to others, so that the guards below do nothing.
enum class SignalUse { ends_program, ends_call, left_alone };

/// Sets it for the guards that begin from now on; returns what it was.
SignalUse set_signal_use(SignalUse use);

/// While an object lives, SIGINT and SIGTERM set a flag that long loops ask for, instead of ending
/// the program; a second signal ends it at once, unless signals end calls. Signals that were
/// ignored stay ignored (nohup). The former handling returns at the end.
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
/// nothing half done. `tidy` is called before that, beside the work. Where signals end calls, the
/// loops of base/parallel.hpp throw Interrupted instead, and `tidy` is left to unwinding.
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
  SignalUse use_;
};

/// Throws Interrupted when a signal has come, signals end calls, and an EndAtOnce lives. Cheap: for
/// every loop.
void throw_if_call_ends();

/// Number of the signal that asked the program to stop, or 0.
int interrupt_signal();

/// Throws Interrupted (exit code 130 or 143) when a signal has asked the program to stop.
void throw_if_interrupted();

/// Forgets a signal that has been dealt with.
void clear_interrupt();

}  // namespace mixvae
