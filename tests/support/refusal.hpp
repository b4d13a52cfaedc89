#pragma once

#include <string>

#include "base/error.hpp"

namespace mixvae::support {

/// The message of the error of that kind that an action ends with, or "accepted".
template <class Kind = UsageError, class Action>
std::string refusal(const Action& action) {
  try {
    action();
  } catch (const Kind& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace mixvae::support
