#include "base/error.hpp"

namespace mixvae {

std::string Fault::text() const {
  std::string text = what;
  const auto append = [&text](std::string_view label, const std::string& value) {
    if (!value.empty()) {
      text.append("\n  ").append(label).append(": ").append(value);
    }
  };
  append("where", where);
  append("found", found);
  append("expected", expected);
  append("hint", hint);
  return text;
}

Error::Error(Fault fault, int exit_code)
    : std::runtime_error(fault.text()), fault_(std::move(fault)), exit_code_(exit_code) {}

Interrupted::Interrupted(int signal_number)
    : Error({.what = "interrupted by signal " + std::to_string(signal_number),
             .hint = "the same command goes on where a fit or benchmark stopped"},
            128 + signal_number) {}

namespace detail {

void fail_assertion(const char* expression, const char* file, int line, std::string_view note) {
  throw Bug(std::string(note) + " (" + expression + " does not hold at " + file + ":" +
            std::to_string(line) + ")");
}

}  // namespace detail
}  // namespace mixvae
