#include "nn/kernels/matrix_product.hpp"

#include <dlfcn.h>

#include "base/error.hpp"
#include "nn/kernels/keep_bits_avx512.hpp"
#include "nn/kernels/matrix_product_avx512.hpp"
#include "nn/kernels/simd.hpp"

namespace mixvae::nn::kernels {
namespace {

// The BLAS that libtorch brought into the process, by name, so that no other has to be linked.
using Sgemm = void (*)(const char*, const char*, const int*, const int*, const int*, const float*,
                       const float*, const int*, const float*, const int*, const float*, float*,
                       const int*);

Sgemm sgemm() {
  static const auto kRoutine = reinterpret_cast<Sgemm>(dlsym(RTLD_DEFAULT, "sgemm_"));
  return kRoutine;
}

bool uses_avx512() {
  static const bool kHasAvx512 = has_avx512_kernels();
  return kHasAvx512;
}

}  // namespace

bool has_matrix_product() { return sgemm() != nullptr; }

void multiply(std::int64_t m, std::int64_t n, std::int64_t k, float alpha, Factor a, Factor b,
              float beta, float* c, std::int64_t c_stride) {
  const bool own = uses_avx512() && n >= kLanes;
  (own ? multiply_avx512 : multiply_blas)(m, n, k, alpha, a, b, beta, c, c_stride);
}

void multiply_blas(std::int64_t m, std::int64_t n, std::int64_t k, float alpha, Factor a, Factor b,
                   float beta, float* c, std::int64_t c_stride) {
  MIXVAE_ASSERT(has_matrix_product(), "a BLAS is loaded");
  // BLAS is column-major: it computes the transpose, c' = b' a'.
  const char b_form = b.transposed ? 'T' : 'N';
  const char a_form = a.transposed ? 'T' : 'N';
  const auto rows = static_cast<int>(m);
  const auto columns = static_cast<int>(n);
  const auto inner = static_cast<int>(k);
  const auto a_stride = static_cast<int>(a.stride);
  const auto b_stride = static_cast<int>(b.stride);
  const auto out_stride = static_cast<int>(c_stride);
  sgemm()(&b_form, &a_form, &columns, &rows, &inner, &alpha, b.values, &b_stride, a.values,
          &a_stride, &beta, c, &out_stride);
}

}  // namespace mixvae::nn::kernels
