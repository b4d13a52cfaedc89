#pragma once

#include <cstdint>

namespace mixvae::nn::kernels {

/// The upper half of a float: its sign, its exponent and the first 7 bits of its mantissa.
using Bf16 = std::uint16_t;

/// Rows of `columns` floats, `stride` apart, as rows of `width` numbers of 16 bits without gaps:
/// the nearest, ties to the even one, NaN of NaN; the rest of a row is zero.
void round_rows(const float* values, std::int64_t rows, std::int64_t columns, std::int64_t stride,
                std::int64_t width, Bf16* out);

}  // namespace mixvae::nn::kernels
