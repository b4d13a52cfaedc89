#pragma once

#include <string>

#include "fit/fit_options.hpp"

namespace mixvae::support {

/// Sets one of a fit's options by its name, as the command line does.
inline void set(fit::FitOptions& fit, const std::string& name, const std::string& text) {
  set_option(find_option(fit::options(fit), name), text);
}

}  // namespace mixvae::support
