#include "base/log.hpp"

#include <atomic>
#include <cstdio>
#include <mutex>
#include <ostream>

namespace mixvae {
namespace {

std::atomic<LogLevel> lowest_level{LogLevel::info};
std::mutex sink_mutex;
LogSink current_sink;
std::ostream* log_stream = nullptr;  // instead of stderr
std::atomic<bool> terminal_line_in_use{false};

void write_line(LogLevel level, std::string_view message) {
  const char* prefix = level == LogLevel::warning ? "warning: "
                       : level == LogLevel::error ? "error: "
                                                  : "";
  const char* clearing = terminal_line_in_use ? "\r\x1b[K" : "";
  if (log_stream != nullptr) {
    *log_stream << clearing << prefix << message << '\n' << std::flush;
    return;
  }
  std::fprintf(stderr, "%s%s%.*s\n", clearing, prefix, static_cast<int>(message.size()),
               message.data());
}

}  // namespace

void set_log_level(LogLevel level) { lowest_level = level; }

bool is_logged(LogLevel level) { return level >= lowest_level; }

void set_log_sink(LogSink sink) {
  const std::lock_guard lock(sink_mutex);
  current_sink = std::move(sink);
}

void set_log_stream(std::ostream* stream) {
  const std::lock_guard lock(sink_mutex);
  log_stream = stream;
}

void set_terminal_line_in_use(bool in_use) { terminal_line_in_use = in_use; }

void log(LogLevel level, std::string_view message) {
  if (!is_logged(level)) {
    return;
  }
  const std::lock_guard lock(sink_mutex);
  if (current_sink) {
    current_sink(level, message);
  } else {
    write_line(level, message);
  }
}

}  // namespace mixvae
