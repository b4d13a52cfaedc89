#include "nn/kernels/activation.hpp"

#include <algorithm>
#include <array>

#include "nn/kernels/simd.hpp"
#include "nn/kernels/vector_math.hpp"

namespace mixvae::nn::kernels {
namespace {

using Lanes = std::array<float, static_cast<std::size_t>(kLanes)>;

[[gnu::always_inline]] inline Floats elu(const Floats& v) {
  return v > 0.0F ? v : exponential(v) - 1.0F;
}

MIXVAE_CLONES
void rectify(std::int64_t count, const float* values, float* out) {
  for (std::int64_t i = 0; i < count; ++i) {
    out[i] = values[i] < 0 ? 0.0F : values[i];
  }
}

MIXVAE_CLONES
void elu_all(std::int64_t count, const float* values, float* out) {
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    lanes(out + i) = elu(lanes(values + i));
  }
  if (i < count) {
    Lanes rest{};
    std::copy_n(values + i, count - i, rest.data());
    lanes(rest.data()) = elu(lanes(rest.data()));
    std::copy_n(rest.data(), count - i, out + i);
  }
}

MIXVAE_CLONES
void apply_mask(std::int64_t count, const float* mask, float* out) {
  for (std::int64_t i = 0; i < count; ++i) {
    out[i] *= mask[i];
  }
}

MIXVAE_CLONES
void before_relu(std::int64_t count, const float* gradients, const float* active,
                 float* __restrict out) {
  for (std::int64_t i = 0; i < count; ++i) {
    out[i] = active[i] <= 0 ? 0.0F : gradients[i];
  }
}

/// exp(v) is elu(v) + 1 where v is negative, so that m exp(v) is active + m.
MIXVAE_CLONES
void before_elu(std::int64_t count, const float* gradients, const float* active,
                float* __restrict out) {
  for (std::int64_t i = 0; i < count; ++i) {
    out[i] = gradients[i] * (active[i] > 0 ? 1.0F : active[i] + 1.0F);
  }
}

MIXVAE_CLONES
void before_masked_elu(std::int64_t count, const float* gradients, const float* active,
                       const float* mask, float* __restrict out) {
  for (std::int64_t i = 0; i < count; ++i) {
    out[i] = gradients[i] * (active[i] > 0 ? mask[i] : active[i] + mask[i]);
  }
}

}  // namespace

void activate(Activation activation, std::int64_t count, const float* values, const float* mask,
              float* out) {
  (activation == Activation::relu ? rectify : elu_all)(count, values, out);
  if (mask != nullptr) {
    apply_mask(count, mask, out);
  }
}

void gradients_before_activation(Activation activation, std::int64_t count, const float* gradients,
                                 const float* active, const float* mask, float* out) {
  if (activation == Activation::relu) {
    before_relu(count, gradients, active, out);
    if (mask != nullptr) {
      apply_mask(count, mask, out);
    }
  } else if (mask != nullptr) {
    before_masked_elu(count, gradients, active, mask, out);
  } else {
    before_elu(count, gradients, active, out);
  }
}

}  // namespace mixvae::nn::kernels
