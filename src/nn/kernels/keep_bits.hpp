#pragma once

#include <cstdint>

namespace mixvae::nn::kernels {

/// Which Philox stream dropout draws from, as Philox spreads its key and counter over 32-bit words.
struct StreamWords {
  std::uint32_t key_low;
  std::uint32_t key_high;
  std::uint32_t step_low;
  std::uint32_t purpose_and_step;
};

/// Dropout decisions, one bit each: byte b of out belongs to the stream's block first + b, whose
/// eight 16-bit halves, low half of word 0 first, keep their element when below the threshold (out
/// of 65536). Writes whole vectors: out must have room for `count` rounded up to 16.
void keep_bits(const StreamWords& stream, std::uint64_t first, std::int64_t count,
               std::uint32_t threshold, std::uint8_t* out);

/// Of the non-zeros (columns, values) of one row those that are kept: bit `shift` + column of the
/// bits tells; values are multiplied by `scale`. Returns how many were written. The bits lie in
/// whole words of 32.
std::int64_t keep_values(const std::int32_t* columns, const float* values, std::int64_t count,
                         const std::uint8_t* bits, std::int64_t shift, float scale,
                         std::int32_t* kept_columns, float* kept_values);

}  // namespace mixvae::nn::kernels
