#include "base/progress.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"

namespace mixvae {
namespace {

constexpr double kSecondsBetweenRedraws = 0.1;
constexpr double kSecondsBetweenLines = 10;
constexpr int kUsualWidth = 80;

std::ostream* progress_stream = nullptr;
bool progress_on_terminal = false;

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string rate_text(double rate) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, rate >= 10 ? "%.0f" : "%.2f", rate);
  return buffer;
}

}  // namespace

void set_progress_stream(std::ostream* stream, bool terminal) {
  progress_stream = stream;
  progress_on_terminal = terminal;
}

ProgressOutput ProgressOutput::standard_error() {
  if (progress_stream != nullptr) {
    return {.stream = progress_stream,
            .terminal = progress_on_terminal,
            .width = kUsualWidth,
            .silent = !is_logged(LogLevel::info),
            .seconds = steady_seconds};
  }
  winsize size = {};
  const bool sized = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return {.stream = &std::cerr,
          .terminal = ::isatty(STDERR_FILENO) == 1,
          .width = sized ? size.ws_col : kUsualWidth,
          .silent = !is_logged(LogLevel::info),
          .seconds = steady_seconds};
}

Progress::Progress(std::string label, std::string unit, std::int64_t total, std::int64_t done,
                   ProgressOutput output)
    : label_(std::move(label)),
      unit_(std::move(unit)),
      total_(total),
      start_(done),
      done_(done),
      output_(std::move(output)),
      begin_(output_.seconds()),
      shown_(begin_) {}

Progress::~Progress() { finish(); }

void Progress::update(std::int64_t done, std::string_view note) {
  done_ = done;
  note_ = note;
  const double now = output_.seconds();
  if (!output_.silent &&
      now - shown_ >= (output_.terminal ? kSecondsBetweenRedraws : kSecondsBetweenLines)) {
    show(now);
  }
}

void Progress::finish() {
  if (std::exchange(finished_, true) || output_.silent) {
    return;
  }
  show(output_.seconds());
  if (output_.terminal) {
    *output_.stream << '\n' << std::flush;
    set_terminal_line_in_use(false);
  }
}

void Progress::show(double now) {
  shown_ = now;
  if (output_.terminal) {
    set_terminal_line_in_use(true);
    *output_.stream << '\r' << bar(facts(now)) << "\x1b[K" << std::flush;
  } else {
    *output_.stream << label_ << ": " << facts(now) << '\n' << std::flush;
  }
}

std::string Progress::facts(double now) const {
  const double elapsed = now - begin_;
  const double rate = elapsed > 0 ? static_cast<double>(done_ - start_) / elapsed : 0;
  std::string text = with_commas(done_);
  text.append("/").append(with_commas(total_)).append(" ").append(unit_);
  if (rate > 0) {
    text += ", " + rate_text(rate) + "/s";
    text += done_ < total_
                ? ", " + duration_text(static_cast<double>(total_ - done_) / rate) + " left"
                : ", took " + duration_text(elapsed);
  }
  return note_.empty() ? text : text + ", " + note_;
}

std::string Progress::bar(const std::string& facts) const {
  const double share =
      total_ > 0 ? std::clamp(static_cast<double>(done_) / static_cast<double>(total_), 0.0, 1.0)
                 : 1.0;
  const int room = output_.width - 1 - static_cast<int>(label_.size() + facts.size()) - 4;
  const auto cells = static_cast<std::size_t>(std::clamp(room, 0, 30));
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(cells));
  std::string line = label_;
  if (cells >= 5) {
    line.append(" [").append(filled, '#').append(cells - filled, '.').append("]");
  }
  line.append(" ").append(facts);
  return line.substr(0, static_cast<std::size_t>(std::max(output_.width - 1, 1)));
}

std::string duration_text(double seconds) {
  char buffer[48];
  if (seconds < 59.95) {
    std::snprintf(buffer, sizeof buffer, "%.1f s", seconds);
    return buffer;
  }
  const auto whole = static_cast<long long>(std::llround(seconds));
  if (whole < 3600) {
    std::snprintf(buffer, sizeof buffer, "%lld min %02lld s", whole / 60, whole % 60);
  } else {
    std::snprintf(buffer, sizeof buffer, "%lld h %02lld min", whole / 3600, whole / 60 % 60);
  }
  return buffer;
}

}  // namespace mixvae
