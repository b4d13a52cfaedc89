#include "nn/kernels/unit_moments.hpp"

#include <algorithm>

#include "nn/kernels/simd.hpp"

namespace mixvae::nn::kernels {

MIXVAE_CLONES
void column_moments(std::int64_t rows, std::int64_t units, const float* values, float* moments) {
  float* __restrict sums = moments;
  float* __restrict squares = moments + units;
  std::fill_n(moments, 2 * units, 0.0F);
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t u = 0; u < units; ++u) {
      sums[u] += values[r * units + u];
    }
  }
  const float share = 1.0F / static_cast<float>(rows);
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t u = 0; u < units; ++u) {
      const float centred = values[r * units + u] - sums[u] * share;
      squares[u] += centred * centred;
    }
  }
}

MIXVAE_CLONES
void normalise_rows(std::int64_t rows, std::int64_t units, const float* mean, const float* scale,
                    const float* values, float* __restrict out) {
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t u = 0; u < units; ++u) {
      out[r * units + u] = (values[r * units + u] - mean[u]) * scale[u];
    }
  }
}

MIXVAE_CLONES
void gradient_sums(std::int64_t rows, std::int64_t units, const float* gradients,
                   const float* values, float* sums) {
  float* __restrict plain = sums;
  float* __restrict weighted = sums + units;
  std::fill_n(sums, 2 * units, 0.0F);
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t u = 0; u < units; ++u) {
      plain[u] += gradients[r * units + u];
      weighted[u] += gradients[r * units + u] * values[r * units + u];
    }
  }
}

MIXVAE_CLONES
void gradients_before_norm(std::int64_t rows, std::int64_t units, const float* gradients,
                           const float* values, const float* a, const float* b, const float* scale,
                           float* __restrict out) {
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t u = 0; u < units; ++u) {
      const std::int64_t i = r * units + u;
      out[i] = scale[u] * (gradients[i] - a[u] - b[u] * values[i]);
    }
  }
}

MIXVAE_CLONES
void gradients_before_norm_and_relu(std::int64_t rows, std::int64_t units, const float* gradients,
                                    const float* values, const float* active, const float* a,
                                    const float* b, const float* scale, float* __restrict out) {
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t u = 0; u < units; ++u) {
      const std::int64_t i = r * units + u;
      const float gradient = scale[u] * (gradients[i] - a[u] - b[u] * values[i]);
      out[i] = active[i] <= 0 ? 0.0F : gradient;
    }
  }
}

MIXVAE_CLONES
void add_to(std::int64_t count, const float* values, float* __restrict out) {
  for (std::int64_t i = 0; i < count; ++i) {
    out[i] += values[i];
  }
}

MIXVAE_CLONES
void add_scaled(std::int64_t count, float factor, const float* values, float* __restrict out) {
  for (std::int64_t i = 0; i < count; ++i) {
    out[i] += factor * values[i];
  }
}

}  // namespace mixvae::nn::kernels
