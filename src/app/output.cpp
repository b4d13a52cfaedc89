#include "app/output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/error.hpp"

namespace mixvae::app {
namespace {

std::function<void(std::string_view)> print_sink;

void check(bool written) {
  if (!written && errno != EPIPE) {
    throw SystemError(
        {.what = "cannot write to the standard output", .found = std::strerror(errno)});
  }
}

}  // namespace

void set_print_sink(std::function<void(std::string_view)> sink) { print_sink = std::move(sink); }

void print(std::string_view text) {
  if (print_sink) {
    print_sink(text);
    return;
  }
  check(std::fwrite(text.data(), 1, text.size(), stdout) == text.size());
}

void flush_output() { check(std::fflush(stdout) == 0); }

}  // namespace mixvae::app
