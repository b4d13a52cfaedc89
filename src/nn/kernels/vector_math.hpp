#pragma once

#include <array>
#include <limits>

#include "nn/kernels/simd.hpp"

namespace mixvae::nn::kernels {

using Integers = std::int32_t __attribute__((vector_size(64), may_alias));

/// a where the mask is 1, b where it is 0. In integers, since GCC 12 takes comparisons that choose
/// more than once apart into scalars.
[[gnu::always_inline]] inline Floats choose(const Floats& mask, const Floats& a, const Floats& b) {
  const Integers all = (reinterpret_cast<Integers>(mask) << 2) >> 31;  // of 0x3F800000: all bits
  return reinterpret_cast<Floats>((reinterpret_cast<Integers>(a) & all) |
                                  (reinterpret_cast<Integers>(b) & ~all));
}

/// Sum and largest of the lanes, by halves.
[[gnu::always_inline]] inline float lane_sum(const Floats& values) {
  std::array<float, kLanes> total;
  lanes(total.data()) = values;
  for (std::size_t half = kLanes / 2; half > 0; half /= 2) {
    for (std::size_t i = 0; i < half; ++i) {
      total[i] += total[i + half];
    }
  }
  return total[0];
}

[[gnu::always_inline]] inline float lane_max(const Floats& values) {
  std::array<float, kLanes> largest;
  lanes(largest.data()) = values;
  for (std::size_t half = kLanes / 2; half > 0; half /= 2) {
    for (std::size_t i = 0; i < half; ++i) {
      largest[i] = largest[i] > largest[i + half] ? largest[i] : largest[i + half];
    }
  }
  return largest[0];
}

// Exponential and logarithm to two units in the last place: the argument is reduced to a small
// interval as usual, the polynomials are those of the Cephes library (S. L. Moshier).

/// exp(x); 0 below -87, NaN of NaN.
[[gnu::always_inline]] inline Floats exponential(const Floats& x) {
  constexpr float kToInteger = 12582912.0F;  // 1.5 * 2^23: adding it rounds
  const Floats bounded = x > 88.0F ? Floats{} + 88.0F : (x < -87.0F ? Floats{} - 87.0F : x);
  const Floats shifted = bounded * 1.44269504F + kToInteger;
  const Floats n = shifted - kToInteger;
  const Floats r = bounded - n * 0.693359375F + n * 2.12194440e-4F;
  Floats p = r * 1.9875691500e-4F + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  const Floats value = p * r * r + r + 1.0F;
  const Integers exponent = __builtin_convertvector(n, Integers) << 23;
  const Floats scaled = reinterpret_cast<Floats>(reinterpret_cast<Integers>(value) + exponent);
  return x < -87.0F ? Floats{} : scaled;
}

/// log(x) of a positive, normal x; infinity and NaN stay what they are.
[[gnu::always_inline]] inline Floats logarithm(const Floats& x) {
  const auto bits = reinterpret_cast<Integers>(x);
  const Integers exponent = (bits - 0x3F3504F3) >> 23;  // the fraction lies around 1
  const Floats f = reinterpret_cast<Floats>(bits - (exponent << 23)) - 1.0F;
  const Floats e = __builtin_convertvector(exponent, Floats);
  Floats p = f * 7.0376836292e-2F - 1.1514610310e-1F;
  p = p * f + 1.1676998740e-1F;
  p = p * f - 1.2420140846e-1F;
  p = p * f + 1.4249322787e-1F;
  p = p * f - 1.6668057665e-1F;
  p = p * f + 2.0000714765e-1F;
  p = p * f - 2.4999993993e-1F;
  p = p * f + 3.3333331174e-1F;
  const Floats square = f * f;
  const Floats value = f + (p * f * square - e * 2.12194440e-4F - 0.5F * square) + e * 0.693359375F;
  return x < std::numeric_limits<float>::infinity() ? value : x;
}

}  // namespace mixvae::nn::kernels
