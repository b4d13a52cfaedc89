#pragma once

#include "nn/kernels/bf16.hpp"
#include "nn/kernels/simd.hpp"

namespace mixvae::nn::kernels {

using Bf16s = Bf16 __attribute__((vector_size(32), aligned(2), may_alias));

/// The nearest numbers of 16 bits, ties to the even one; NaN of NaN.
[[gnu::always_inline]] inline Bf16s to_bf16(const Floats& values) {
  const auto bits = reinterpret_cast<Words>(values);
  const Words rounded = (bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16;
  const Words quiet_nan = Words{} + 0x7FC0U;
  return __builtin_convertvector(values == values ? rounded : quiet_nan, Bf16s);
}

}  // namespace mixvae::nn::kernels
