#include "nn/kernels/transpose.hpp"

#include <algorithm>

#include "nn/kernels/keep_bits_avx512.hpp"
#include "nn/kernels/simd.hpp"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
// GCC 12 takes the header's undefined lanes for a mistake (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#endif

namespace mixvae::nn::kernels {
namespace {

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)

/// A square of 16 rows and 16 columns. Joining row i and row i + 8 lane by lane moves the first bit
/// of the row's number to the end of the lane's: four times, and rows and lanes have changed
/// places.
[[gnu::target("avx512f")]] void transpose_square(const float* values, std::int64_t stride,
                                                 float* out, std::int64_t out_stride) {
  const __m512i low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const __m512i high =
      _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  __m512 from[kLanes];
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; ++i) {
    from[i] = _mm512_loadu_ps(values + i * stride);
  }
#pragma GCC unroll 4
  for (int turn = 0; turn < 4; ++turn) {
    __m512 to[kLanes];
#pragma GCC unroll 8
    for (int i = 0; i < kLanes / 2; ++i) {
      to[2 * i] = _mm512_permutex2var_ps(from[i], low, from[i + kLanes / 2]);
      to[2 * i + 1] = _mm512_permutex2var_ps(from[i], high, from[i + kLanes / 2]);
    }
#pragma GCC unroll 16
    for (int i = 0; i < kLanes; ++i) {
      from[i] = to[i];
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; ++i) {
    _mm512_storeu_ps(out + i * out_stride, from[i]);
  }
}

bool has_squares() {
  static const bool kHasAvx512 = has_avx512_kernels();
  return kHasAvx512;
}

#else

void transpose_square(const float* values, std::int64_t stride, float* out,
                      std::int64_t out_stride) {
  transpose_rows_plain(kLanes, kLanes, values, stride, out, out_stride);
}

bool has_squares() { return false; }

#endif

}  // namespace

void transpose_rows_plain(std::int64_t rows, std::int64_t columns, const float* values,
                          std::int64_t stride, float* out, std::int64_t out_stride) {
  for (std::int64_t j = 0; j < columns; j += kLanes) {
    const std::int64_t last = std::min(j + kLanes, columns);
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t lane = j; lane < last; ++lane) {
        out[lane * out_stride + i] = values[i * stride + lane];
      }
    }
  }
}

void transpose_rows(std::int64_t rows, std::int64_t columns, const float* values,
                    std::int64_t stride, float* out, std::int64_t out_stride) {
  const std::int64_t whole_rows = has_squares() ? rows / kLanes * kLanes : 0;
  const std::int64_t whole_columns = whole_rows > 0 ? columns / kLanes * kLanes : 0;
  for (std::int64_t j = 0; j < whole_columns; j += kLanes) {
    for (std::int64_t i = 0; i < whole_rows; i += kLanes) {
      transpose_square(values + i * stride + j, stride, out + j * out_stride + i, out_stride);
    }
  }
  transpose_rows_plain(whole_rows, columns - whole_columns, values + whole_columns, stride,
                       out + whole_columns * out_stride, out_stride);
  transpose_rows_plain(rows - whole_rows, columns, values + whole_rows * stride, stride,
                       out + whole_rows, out_stride);
}

}  // namespace mixvae::nn::kernels
