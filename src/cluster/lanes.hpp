#pragma once

#include <cstdint>

#include "base/philox.hpp"

// Loops over sixteen numbers at a time, compiled for the widest vectors that the processor has,
// chosen once at load time.
#if defined(__x86_64__)
#define MIXVAE_WIDEST_VECTORS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define MIXVAE_WIDEST_VECTORS
#endif
#define MIXVAE_INLINE __attribute__((always_inline)) inline

// Results come back through references: vectors are no plain return values.
namespace mixvae::cluster::lanes {

constexpr std::int64_t kLanes = 16;

using Floats __attribute__((vector_size(64))) = float;
using Ints __attribute__((vector_size(64))) = std::int32_t;
using Words __attribute__((vector_size(64))) = std::uint32_t;
using LongWords __attribute__((vector_size(64))) = std::uint64_t;

/// y = log2 x of positive numbers, absolute error below 2e-6: exponent, and the series of artanh
/// for the mantissa.
MIXVAE_INLINE void log2_of(const Floats& x, Floats& y) {
  const auto bits = __builtin_bit_cast(Ints, x);
  const Floats exponent = __builtin_convertvector((bits >> 23) - 127, Floats);
  const auto m = __builtin_bit_cast(Floats, (bits & 0x7FFFFF) | 0x3F800000);
  const Floats s = (m - 1.0F) / (m + 1.0F);
  const Floats q = s * s;
  const Floats series =
      1.0F + q * (1.0F / 3 + q * (1.0F / 5 + q * (1.0F / 7 + q * (1.0F / 9 + q * (1.0F / 11)))));
  y = exponent + 2.885390082F * s * series;
}

/// y = 2^x for |x| < 120, relative error below 4e-6.
MIXVAE_INLINE void exp2_of(const Floats& x, Floats& y) {
  const Ints whole = __builtin_convertvector(x + 512.5F, Ints) - 512;
  const Floats f = (x - __builtin_convertvector(whole, Floats)) * 0.6931471806F;
  const Floats series =
      1.0F + f * (1.0F + f * (0.5F + f * (1.0F / 6 + f * (1.0F / 24 + f * (1.0F / 120)))));
  y = series * __builtin_bit_cast(Floats, (whole + 127) << 23);
}

/// Low and high halves of factor * a.
MIXVAE_INLINE void wide_product(const Words& a, std::uint64_t factor, Words& low, Words& high) {
  constexpr std::uint64_t kLowHalf = 0xFFFFFFFF;
  const auto pairs = __builtin_bit_cast(LongWords, a);
  const LongWords even = (pairs & kLowHalf) * factor;
  const LongWords odd = (pairs >> 32) * factor;
  low = __builtin_bit_cast(Words, (even & kLowHalf) | (odd << 32));
  high = __builtin_bit_cast(Words, (even >> 32) | (odd & ~kLowHalf));
}

/// The four words of the Philox blocks of sixteen elements, given by their low and high words.
MIXVAE_INLINE void philox_blocks(const Philox& philox, const Words& low, const Words& high,
                                 Words x[4]) {
  const auto [k0, k1, step, purpose] = philox.words();
  x[0] = low;
  x[1] = high;
  x[2] = Words{} + step;
  x[3] = Words{} + purpose;
  for (std::uint32_t round = 0; round < 10; ++round) {
    Words low0;
    Words high0;
    Words low1;
    Words high1;
    wide_product(x[0], 0xD2511F53, low0, high0);
    wide_product(x[2], 0xCD9E8D57, low1, high1);
    x[0] = high1 ^ x[1] ^ (k0 + round * 0x9E3779B9);
    x[1] = low1;
    x[2] = high0 ^ x[3] ^ (k1 + round * 0xBB67AE85);
    x[3] = low0;
  }
}

}  // namespace mixvae::cluster::lanes
