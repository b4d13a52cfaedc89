#pragma once

#include "nn/kernels/keep_bits.hpp"

namespace mixvae::nn::kernels {

// The two forms of keep_bits() and keep_values(), equal to the bit: in GCC's vectors, and with
// AVX-512 instructions for which these have no name (products of every second lane, comparison of
// halves, compression of lanes), three times as fast.

/// Whether processor and compiler have the second form.
bool has_avx512_kernels();

void keep_bits_portable(const StreamWords& stream, std::uint64_t first, std::int64_t count,
                        std::uint32_t threshold, std::uint8_t* out);

std::int64_t keep_values_portable(const std::int32_t* columns, const float* values,
                                  std::int64_t count, const std::uint8_t* bits, std::int64_t shift,
                                  float scale, std::int32_t* kept_columns, float* kept_values);

void keep_bits_avx512(const StreamWords& stream, std::uint64_t first, std::int64_t count,
                      std::uint32_t threshold, std::uint8_t* out);

std::int64_t keep_values_avx512(const std::int32_t* columns, const float* values,
                                std::int64_t count, const std::uint8_t* bits, std::int64_t shift,
                                float scale, std::int32_t* kept_columns, float* kept_values);

}  // namespace mixvae::nn::kernels
