#pragma once

#include <cstdint>

#include "data/prepare/binomial.hpp"

namespace mixvae {

/// Means above which a gamma-Poisson draw replaces inversion.
inline constexpr double kInversionMean = 500;

/// A count with the given mean and variance mean + dispersion * mean^2 (negative binomial of size 1
/// / dispersion). Inversion by walking up from 0, and the gamma-Poisson mixture above
/// kInversionMean. mean >= 0, dispersion > 0.
std::int64_t negative_binomial(double mean, double dispersion, ElementStream& random);

}  // namespace mixvae
