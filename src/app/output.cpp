#include "app/output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/error.hpp"

namespace mixvae::app {
namespace {

void check(bool written) {
  if (!written && errno != EPIPE) {
    throw SystemError(
        {.what = "cannot write to the standard output", .found = std::strerror(errno)});
  }
}

}  // namespace

void print(std::string_view text) {
  check(std::fwrite(text.data(), 1, text.size(), stdout) == text.size());
}

void flush_output() { check(std::fflush(stdout) == 0); }

}  // namespace mixvae::app
