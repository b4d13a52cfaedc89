#include "base/interrupt.hpp"

#include "base/error.hpp"

namespace mixvae {
namespace {

volatile std::sig_atomic_t received_signal = 0;

extern "C" void remember_signal(int number) {
  if (received_signal != 0) {
    std::signal(number, SIG_DFL);
    std::raise(number);
  }
  received_signal = number;
}

void install(int number, struct sigaction& former) {
  sigaction(number, nullptr, &former);
  if (former.sa_handler == SIG_IGN) {
    return;
  }
  struct sigaction action = {};
  action.sa_handler = remember_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, nullptr);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  install(SIGINT, former_interrupt_);
  install(SIGTERM, former_terminate_);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &former_interrupt_, nullptr);
  sigaction(SIGTERM, &former_terminate_, nullptr);
}

int interrupt_signal() { return received_signal; }

void throw_if_interrupted() {
  if (received_signal != 0) {
    throw Interrupted(received_signal);
  }
}

void clear_interrupt() { received_signal = 0; }

}  // namespace mixvae
