#include "nn/kernels/adam_update.hpp"

#include <cmath>

#include "nn/kernels/simd.hpp"

namespace mixvae::nn::kernels {

MIXVAE_CLONES
void adam_update(const AdamArrays& arrays, const AdamFactors& factors, std::int64_t begin,
                 std::int64_t end) {
  const AdamFactors f = factors;
  float* __restrict value = arrays.value;
  float* __restrict gradient = arrays.gradient;
  float* __restrict first = arrays.first;
  float* __restrict second = arrays.second;
  for (std::int64_t i = begin; i < end; ++i) {
    const float g = gradient[i] * f.gradient_scale;
    const float m = f.beta1 * first[i] + (1.0F - f.beta1) * g;
    const float v = f.beta2 * second[i] + (1.0F - f.beta2) * g * g;
    value[i] = value[i] * f.keep - f.step_size * (m / (std::sqrt(v) / f.correction + f.epsilon));
    first[i] = m;
    second[i] = v;
    gradient[i] = 0.0F;
  }
}

}  // namespace mixvae::nn::kernels
