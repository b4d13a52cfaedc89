#pragma once

#include <functional>
#include <string_view>

namespace mixvae::app {

/// Writes results to stdout. A reader that has gone away (a closed pipe) is no fault: what follows
/// is dropped. Throws SystemError when stdout cannot take the text for another reason (a full
/// disk).
void print(std::string_view text);

/// Gives what is printed to this function instead of stdout, for a caller in the same process; an
/// empty one restores stdout.
void set_print_sink(std::function<void(std::string_view)> sink);

/// Hands everything printed so far to the system; same errors as print.
void flush_output();

}  // namespace mixvae::app
