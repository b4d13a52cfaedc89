#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

namespace mixvae {

enum class LogLevel { debug, info, warning, error };

/// Receives every message at or above the current level.
using LogSink = std::function<void(LogLevel, std::string_view message)>;

/// Lowest level that is passed on; info at start.
void set_log_level(LogLevel level);

/// Whether messages of a level are passed on.
bool is_logged(LogLevel level);

/// Replaces where messages go (default: one line each to stderr). An empty sink restores the
/// default. Returns nothing; not thread-safe against concurrent logging, so set it at start-up
/// (tests set it around a call).
void set_log_sink(LogSink sink);

/// Where the default sink writes, instead of stderr; null restores stderr. As set_log_sink, not
/// while messages come.
void set_log_stream(std::ostream* stream);

/// Writes one message; safe to call from several threads.
void log(LogLevel level, std::string_view message);

/// Tells the default sink that a progress bar occupies the terminal's current line, to be cleared
/// before a message.
void set_terminal_line_in_use(bool in_use);

inline void log_info(std::string_view message) { log(LogLevel::info, message); }
inline void log_warning(std::string_view message) { log(LogLevel::warning, message); }

}  // namespace mixvae
