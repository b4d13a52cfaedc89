#pragma once

#include <string>

#include "fit/fit_options.hpp"

namespace mixvae::support {

/// Sets one of a fit's options by its name, as the command line does.
inline void set(fit::FitOptions& fit, const std::string& name, const std::string& text) {
  set_option(find_option(fit::options(fit), name), text);
}

/// A model's default rule with few units, components and epochs, for three types.
inline fit::FitOptions quick_options(const std::string& model = "cpl-mixvae") {
  fit::FitOptions fit = fit::fit_options(model);
  fit.settings.types = 3;
  fit.settings.components = 10;
  fit.training.epochs = 60;
  fit.training.batch_size = 90;
  set(fit, "hidden", "20");
  set(fit, "latent", "10");
  return fit;
}

}  // namespace mixvae::support
