#include "base/log.hpp"

#include <atomic>
#include <cstdio>
#include <mutex>

namespace mixvae {
namespace {

std::atomic<LogLevel> lowest_level{LogLevel::info};
std::mutex sink_mutex;
LogSink current_sink;
std::atomic<bool> terminal_line_in_use{false};

void write_to_stderr(LogLevel level, std::string_view message) {
  const char* prefix = level == LogLevel::warning ? "warning: "
                       : level == LogLevel::error ? "error: "
                                                  : "";
  std::fprintf(stderr, "%s%s%.*s\n", terminal_line_in_use ? "\r\x1b[K" : "", prefix,
               static_cast<int>(message.size()), message.data());
}

}  // namespace

void set_log_level(LogLevel level) { lowest_level = level; }

bool is_logged(LogLevel level) { return level >= lowest_level; }

void set_log_sink(LogSink sink) {
  const std::lock_guard lock(sink_mutex);
  current_sink = std::move(sink);
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
    write_to_stderr(level, message);
  }
}

}  // namespace mixvae
