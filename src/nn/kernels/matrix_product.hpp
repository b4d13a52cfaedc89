#pragma once

#include <cstdint>

namespace mixvae::nn::kernels {

/// Whether this process has a BLAS whose sgemm_ can be called by that name: Debian's libtorch does;
/// one that hides its BLAS does not, and then the plain tensor operations are used.
bool has_matrix_product();

/// A row-major matrix, read as it is or transposed; stride: floats from row to row.
struct Factor {
  const float* values;
  std::int64_t stride;
  bool transposed = false;
};

/// c = alpha a b + beta c with a [m, k] and b [k, n] (after transposition), c [m, n] row-major, for
/// products in the cache: by multiply_avx512 where the processor has it, else by the BLAS. Runs on
/// the calling thread alone when called from a parallel loop.
void multiply(std::int64_t m, std::int64_t n, std::int64_t k, float alpha, Factor a, Factor b,
              float beta, float* c, std::int64_t c_stride);

/// The same by the BLAS.
void multiply_blas(std::int64_t m, std::int64_t n, std::int64_t k, float alpha, Factor a, Factor b,
                   float beta, float* c, std::int64_t c_stride);

}  // namespace mixvae::nn::kernels
