#pragma once

#include "app/command.hpp"

namespace mixvae::app {

/// Puts the global options into force: log level, threads; warns when a slow BLAS is loaded. Throws
/// UsageError for
/// --device cuda without a CUDA device.
void start(const GlobalOptions& global);

}  // namespace mixvae::app
