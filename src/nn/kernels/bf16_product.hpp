#pragma once

#include <cstdint>
#include <string>

#include "nn/kernels/bf16.hpp"

namespace mixvae::nn::kernels {

/// Whether this build has oneDNN and the processor multiplies numbers of 16 bits (avx512_bf16 or
/// amx_bf16).
bool has_bf16_product();

/// The version of oneDNN that this build has; empty where it has none.
std::string onednn_version();

/// A row-major matrix, read as it is or transposed; stride: numbers from row to row.
struct Bf16Factor {
  const Bf16* values;
  std::int64_t stride;
  bool transposed = false;
};

/// c = a b, or c + a b where `add`, with a [m, k] and b [k, n] (after transposition), c [m, n]
/// row-major. Products are exact and summed in single precision. Runs on the calling thread alone,
/// with the same bits whatever the number of threads.
void multiply_bf16(std::int64_t m, std::int64_t n, std::int64_t k, Bf16Factor a, Bf16Factor b,
                   bool add, float* c, std::int64_t c_stride);

}  // namespace mixvae::nn::kernels
