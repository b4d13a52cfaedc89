#pragma once

#include "app/command.hpp"

namespace mixvae::app {

/// Puts the global options into force: log level, threads; warns when a slow BLAS is loaded.
void start(const GlobalOptions& global);

}  // namespace mixvae::app
