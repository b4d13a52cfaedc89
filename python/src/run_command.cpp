#include "run_command.hpp"

#include <csignal>
#include <exception>
#include <mutex>
#include <optional>

#include "app/command_line.hpp"
#include "app/commands/all.hpp"
#include "app/memory_exchange.hpp"
#include "app/start.hpp"
#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "base/log.hpp"
#include "base/progress.hpp"
#include "held_data.hpp"
#include "nn/memory.hpp"
#include "nn/threads.hpp"
#include "results.hpp"
#include "text_buffer.hpp"

namespace mixvae::python {
namespace {

/// Log, signals, threads and malloc belong to the whole process.
std::mutex one_call;

/// Messages and progress go to Python's streams for a while. Each has a buffer of its own, for the
/// threads that write to them differ.
class Shown {
 public:
  Shown(const py::function& write, bool terminal)
      : message_text_(write),
        progress_text_(write),
        messages_(&message_text_),
        progress_(&progress_text_) {
    set_log_stream(&messages_);
    set_progress_stream(&progress_, terminal);
  }
  Shown(const Shown&) = delete;
  Shown& operator=(const Shown&) = delete;
  ~Shown() {
    set_progress_stream(nullptr);
    set_log_stream(nullptr);
  }

 private:
  TextBuffer message_text_;
  TextBuffer progress_text_;
  std::ostream messages_;
  std::ostream progress_;
};

/// What signals do during a call.
class Signals {
 public:
  explicit Signals(bool taken)
      : former_(set_signal_use(taken ? SignalUse::ends_call : SignalUse::left_alone)) {
    clear_interrupt();
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals() {
    clear_interrupt();
    set_signal_use(former_);
  }

 private:
  SignalUse former_;
};

/// A fit ends where it can go on later; all others leave nothing half done.
void run_parsed(const app::Invocation& invocation) {
  std::optional<EndAtOnce> at_once;
  if (invocation.command->name() != "fit") {
    at_once.emplace();
  }
  invocation.command->run(invocation.global);
}

/// What a call ended with.
struct Ending {
  std::exception_ptr failure;
  int signal = 0;
};

Ending run_words(const std::vector<std::string>& words, bool takes_signals) {
  Ending ending;
  const Signals signals(takes_signals);
  const InterruptGuard guard;
  const nn::ThreadSettings threads;
  const nn::FreedMemoryKept memory;
  try {
    const app::Commands commands = app::all_commands();
    const app::Invocation invocation = app::parse_command_line(words, commands);
    MIXVAE_ASSERT(invocation.command != nullptr, "the package asks for no help");
    app::start(invocation.global);
    run_parsed(invocation);
  } catch (...) {
    ending.failure = std::current_exception();
  }
  ending.signal = interrupt_signal();
  return ending;
}

/// Gives a signal that came during the call to those who handle it otherwise (Python's own
/// handlers).
void pass_on(int signal) {
  if (signal == 0) {
    return;
  }
  std::raise(signal);
  if (PyErr_CheckSignals() != 0) {
    throw py::error_already_set();
  }
}

}  // namespace

py::dict run_command(const CommandCall& call) {
  std::map<std::string, app::MemoryData> inputs;
  for (const auto& [name, input] : call.inputs) {
    inputs[name.cast<std::string>()] = held_data(py::reinterpret_borrow<py::dict>(input));
  }
  std::optional<Additions> additions;
  std::optional<Dataset> dataset;
  std::string printed;
  std::string table;
  Ending ending;
  {
    const py::gil_scoped_release release;
    const std::lock_guard turn(one_call);
    const Shown shown(call.write, call.terminal);
    app::MemoryExchange exchange(std::move(inputs), call.output);
    ending = run_words(call.words, call.takes_signals);
    additions = std::move(exchange.additions);
    dataset = std::move(exchange.dataset);
    printed = std::move(exchange.printed);
    table = std::move(exchange.table);
  }
  pass_on(ending.signal);
  if (ending.failure) {
    std::rethrow_exception(ending.failure);
  }
  py::dict result;
  result["text"] = printed;
  result["table"] = table;
  result["additions"] =
      additions ? py::object(python_additions(std::move(*additions))) : py::none();
  result["dataset"] = dataset ? py::object(python_dataset(std::move(*dataset))) : py::none();
  return result;
}

}  // namespace mixvae::python
