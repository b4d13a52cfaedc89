#pragma once

#include <csignal>

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

/// Number of the signal that asked the program to stop, or 0.
int interrupt_signal();

/// Throws Interrupted (exit code 130 or 143) when a signal has asked the program to stop.
void throw_if_interrupted();

/// Forgets a signal that has been dealt with.
void clear_interrupt();

}  // namespace mixvae
