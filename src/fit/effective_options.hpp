#pragma once

#include "fit/fit_options.hpp"

namespace mixvae::fit {

/// Throws UsageError for the first option that differs from `defaults` (those of preset, model and
/// letter) though other options leave it without effect: distances between arms with one arm or
/// with weight 0, routing with a shared decoder, the start's weights and share without a start,
/// what concerns states where there are none, and what concerns similarities that are not used.
void require_effective(FitOptions options, FitOptions defaults);

/// Throws UsageError, before any data are read, for settings that the model refuses whatever the
/// data are: options it does not use, numbers of arms or states it does not have.
void require_possible_model(const FitOptions& options);

}  // namespace mixvae::fit
