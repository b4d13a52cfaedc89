#include "base/interrupt.hpp"

#include <atomic>
#include <chrono>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"

namespace mixvae {
namespace {

std::atomic<int> received_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "signal handlers may set it");

std::atomic<SignalUse> signal_use{SignalUse::ends_program};
std::atomic<int> calls_that_end{0};  // objects of EndAtOnce while signals end calls
static_assert(std::atomic<SignalUse>::is_always_lock_free, "signal handlers may read it");

constexpr std::chrono::milliseconds kBetweenLooks{50};

extern "C" void remember_signal(int number) {
  if (received_signal != 0 && signal_use == SignalUse::ends_program) {
    std::signal(number, SIG_DFL);
    std::raise(number);
  }
  received_signal = number;
}

void install(int number, struct sigaction& former) {
  sigaction(number, nullptr, &former);
  if (former.sa_handler == SIG_IGN || signal_use == SignalUse::left_alone) {
    return;
  }
  struct sigaction action = {};
  action.sa_handler = remember_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, nullptr);
}

/// Without unwinding: other threads are at work.
[[noreturn]] void end_program(const std::function<void()>& tidy) noexcept {
  const int number = received_signal;
  if (tidy) {
    tidy();
  }
  log(LogLevel::error, Interrupted(number).what());
  ::_exit(128 + number);
}

}  // namespace

SignalUse set_signal_use(SignalUse use) { return signal_use.exchange(use); }

InterruptGuard::InterruptGuard() {
  install(SIGINT, former_interrupt_);
  install(SIGTERM, former_terminate_);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &former_interrupt_, nullptr);
  sigaction(SIGTERM, &former_terminate_, nullptr);
}

EndAtOnce::EndAtOnce(std::function<void()> tidy) : tidy_(std::move(tidy)), use_(signal_use) {
  throw_if_interrupted();
  if (use_ == SignalUse::ends_program) {
    watcher_ = std::thread([this] { watch(); });
  } else if (use_ == SignalUse::ends_call) {
    ++calls_that_end;
  }
}

EndAtOnce::~EndAtOnce() {
  if (use_ == SignalUse::ends_call) {
    --calls_that_end;
  }
  if (!watcher_.joinable()) {
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  wake_.notify_one();
  watcher_.join();
}

void EndAtOnce::watch() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kBetweenLooks, [this] { return over_; })) {
    if (received_signal != 0) {
      end_program(tidy_);
    }
  }
}

int interrupt_signal() { return received_signal; }

void throw_if_interrupted() {
  if (received_signal != 0) {
    throw Interrupted(received_signal);
  }
}

void throw_if_call_ends() {
  if (calls_that_end > 0) {
    throw_if_interrupted();
  }
}

void clear_interrupt() { received_signal = 0; }

}  // namespace mixvae
