#pragma once

#include <cstdint>

#include "nn/kernels/matrix_product.hpp"

namespace mixvae::nn::kernels {

/// multiply() for the shapes met here (some hundred rows, columns and summands), with AVX-512
/// (see has_avx512_kernels): rows of b are read where they are, while a general BLAS first copies
/// both factors, which at these sizes costs it a fifth. A transposed b is copied, so one that is
/// used several times is better transposed once (transpose_rows).
void multiply_avx512(std::int64_t m, std::int64_t n, std::int64_t k, float alpha, Factor a,
                     Factor b, float beta, float* c, std::int64_t c_stride);

}  // namespace mixvae::nn::kernels
