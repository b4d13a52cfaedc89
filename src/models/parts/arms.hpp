#pragma once

#include <cstdint>

#include "base/options.hpp"

namespace mixvae::models {

/// The arms of a coupled autoencoder.
struct ArmOptions {
  std::int64_t arms = 2;
  bool shared_weights = false;
};

Options options(ArmOptions& arms);

}  // namespace mixvae::models
