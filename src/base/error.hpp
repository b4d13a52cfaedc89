#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace mixvae {

/// What a user needs to mend a fault of the input: what is wrong, where, what stands there, what
/// was expected, what to do. Empty fields are left out of the message.
struct Fault {
  std::string what = {};
  std::string where = {};
  std::string found = {};
  std::string expected = {};
  std::string hint = {};

  /// The fault as readable text, one line per field: "what\n  where: ...\n  found: ...".
  std::string text() const;
};

/// Base of every error that is not a bug of ours; carries the program's exit code.
class Error : public std::runtime_error {
 public:
  Error(Fault fault, int exit_code);
  const Fault& fault() const { return fault_; }
  int exit_code() const { return exit_code_; }

 private:
  Fault fault_;
  int exit_code_;
};

/// Wrong usage of the program or the library: unknown option, value out of range. Exit code 2.
class UsageError : public Error {
 public:
  explicit UsageError(Fault fault) : Error(std::move(fault), 2) {}
};

/// Unreadable or unsuitable input: a broken file, negative counts, a missing column. Exit code 3.
class InputError : public Error {
 public:
  explicit InputError(Fault fault) : Error(std::move(fault), 3) {}
};

/// The system failed us: disk full, no memory, permission denied. Exit code 4.
class SystemError : public Error {
 public:
  explicit SystemError(Fault fault) : Error(std::move(fault), 4) {}
};

/// A signal asked the program to stop; work so far is kept. Exit code 128 + signal number.
class Interrupted : public Error {
 public:
  explicit Interrupted(int signal_number);
};

/// A broken promise inside the program: always a bug of ours. Exit code 1.
class Bug : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

namespace detail {
[[noreturn]] void fail_assertion(const char* expression, const char* file, int line,
                                 std::string_view note);
}

}  // namespace mixvae

/// Checks a promise that our own code makes; a broken one throws mixvae::Bug (never used for a
/// fault of the input).
#define MIXVAE_ASSERT(expression, note) \
  ((expression) ? void(0) : ::mixvae::detail::fail_assertion(#expression, __FILE__, __LINE__, note))
