#pragma once

#include <cstdint>

namespace mixvae::nn::kernels {

// Loops over a block of rows [rows, units] without gaps: what batch normalisation needs, and sums.

/// moments[0, :] = column sums, moments[1, :] = sums of squares around the column means.
void column_moments(std::int64_t rows, std::int64_t units, const float* values, float* moments);

/// out = (values - mean) * scale.
void normalise_rows(std::int64_t rows, std::int64_t units, const float* mean, const float* scale,
                    const float* values, float* out);

/// sums[0, :] = column sums of gradients, sums[1, :] of gradients * values.
void gradient_sums(std::int64_t rows, std::int64_t units, const float* gradients,
                   const float* values, float* sums);

/// The way back through normalisation: out = scale (gradients - a - b values); with a and b the
/// means of gradient_sums over all cells.
void gradients_before_norm(std::int64_t rows, std::int64_t units, const float* gradients,
                           const float* values, const float* a, const float* b, const float* scale,
                           float* out);

/// The same and through the relu before it: 0 where active <= 0.
void gradients_before_norm_and_relu(std::int64_t rows, std::int64_t units, const float* gradients,
                                    const float* values, const float* active, const float* a,
                                    const float* b, const float* scale, float* out);

/// out += values.
void add_to(std::int64_t count, const float* values, float* out);

/// out += factor * values.
void add_scaled(std::int64_t count, float factor, const float* values, float* out);

}  // namespace mixvae::nn::kernels
