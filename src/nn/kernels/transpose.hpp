#pragma once

#include <cstdint>

namespace mixvae::nn::kernels {

/// out[j, i] = values[i, j] for values [rows, columns]; strides are floats from row to row.
void transpose_rows(std::int64_t rows, std::int64_t columns, const float* values,
                    std::int64_t stride, float* out, std::int64_t out_stride);

/// The same element by element, on every processor.
void transpose_rows_plain(std::int64_t rows, std::int64_t columns, const float* values,
                          std::int64_t stride, float* out, std::int64_t out_stride);

}  // namespace mixvae::nn::kernels
