#include "nn/kernels/coupling.hpp"

#include <algorithm>

#include "nn/kernels/simd.hpp"

namespace mixvae::nn::kernels {
namespace {

/// The mean over the arms of their coordinates for one row.
[[gnu::always_inline]] inline void mean_coordinates(const CouplingRows& rows, std::int64_t row,
                                                    float* __restrict out) {
  std::fill_n(out, rows.types, 0.0F);
  for (std::int64_t a = 0; a < rows.arms; ++a) {
    const float* log_q = rows.log_q + a * rows.arm_stride + row * rows.types;
    const float* scale = rows.scale + a * rows.types;
    for (std::int64_t k = 0; k < rows.types; ++k) {
      out[k] += scale[k] * log_q[k];
    }
  }
  const float share = 1.0F / static_cast<float>(rows.arms);
  for (std::int64_t k = 0; k < rows.types; ++k) {
    out[k] *= share;
  }
}

}  // namespace

MIXVAE_CLONES
void coupling_sums(const CouplingRows& rows, double* distance, double* entropy, float* by_scale) {
  const std::int64_t types = rows.types;
  Scratch centre(types);
  Scratch squares(types);
  Scratch entropies(rows.arms * types);
  std::fill_n(squares.data(), types, 0.0F);
  std::fill_n(entropies.data(), rows.arms * types, 0.0F);
  std::fill_n(by_scale, rows.arms * types, 0.0F);
  const float* __restrict mean = centre.data();
  for (std::int64_t r = 0; r < rows.rows; ++r) {
    mean_coordinates(rows, r, centre.data());
    for (std::int64_t a = 0; a < rows.arms; ++a) {
      const float* q = rows.q + a * rows.arm_stride + r * types;
      const float* log_q = rows.log_q + a * rows.arm_stride + r * types;
      const float* scale = rows.scale + a * types;
      float* __restrict square = squares.data();
      float* __restrict products = entropies.data() + a * types;
      float* __restrict gradients = by_scale + a * types;
      for (std::int64_t k = 0; k < types; ++k) {
        const float off = scale[k] * log_q[k] - mean[k];
        square[k] += off * off;
        products[k] += q[k] * log_q[k];
        gradients[k] += off * log_q[k];
      }
    }
  }
  *distance = 0;
  std::fill_n(entropy, rows.arms, 0.0);
  for (std::int64_t k = 0; k < types; ++k) {
    *distance += static_cast<double>(squares.data()[k]);
    for (std::int64_t a = 0; a < rows.arms; ++a) {
      entropy[a] += static_cast<double>(entropies.data()[a * types + k]);
    }
  }
}

MIXVAE_CLONES
void coupling_slopes(const CouplingRows& rows, const CouplingFactors& factors, float* by_q,
                     float* by_log_q) {
  const std::int64_t types = rows.types;
  Scratch centre(types);
  for (std::int64_t r = 0; r < rows.rows; ++r) {
    mean_coordinates(rows, r, centre.data());
    const float* __restrict middle = centre.data();
    for (std::int64_t a = 0; a < rows.arms; ++a) {
      const std::int64_t place = a * rows.arm_stride + r * types;
      const float* q = rows.q + place;
      const float* log_q = rows.log_q + place;
      const float* scale = rows.scale + a * types;
      const float* variance = factors.variance + a * types;
      const float* mean = factors.mean + a * types;
      const float entropy = factors.entropy[a];
      float* __restrict out = by_q + place;
      float* __restrict out_log = by_log_q + place;
      for (std::int64_t k = 0; k < types; ++k) {
        const float off = scale[k] * log_q[k] - middle[k];
        out[k] = variance[k] * (q[k] - mean[k]) + entropy * log_q[k];
        out_log[k] = factors.distance * off * scale[k] + entropy * q[k];
      }
    }
  }
}

}  // namespace mixvae::nn::kernels
