#include "nn/kernels/matrix_product_avx512.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "nn/kernels/simd.hpp"
#include "nn/kernels/transpose.hpp"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
// GCC 12 takes the header's undefined lanes for a mistake (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#endif

namespace mixvae::nn::kernels {

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)

namespace {

#define MIXVAE_AVX512 gnu::target("avx512f,avx512bw,avx512vl,avx512dq")

/// What a tile of rows and vectors of c is made of.
struct Panel {
  std::int64_t k;
  float alpha;
  float beta;
  const float* a;  // a[r, i] is at a[r * a_row + i * a_step]
  std::int64_t a_row;
  std::int64_t a_step;
  const float* b;
  std::int64_t b_stride;
  float* c;
  std::int64_t c_stride;
  __mmask16 last;  // lanes of the last vector
};

/// R rows and V vectors of c, which stay in registers if all loops over them are unrolled.
template <int R, int V>
[[MIXVAE_AVX512, gnu::noinline]] void multiply_tile(const Panel& p) {
  __m512 sums[R][V];
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < V; ++v) {
      sums[r][v] = _mm512_setzero_ps();
    }
  }
  const float* a = p.a;
  const float* b = p.b;
  const __mmask16 last = p.last;
  for (std::int64_t i = 0; i < p.k; ++i) {
    __m512 row[V];
#pragma GCC unroll 16
    for (int v = 0; v < V; ++v) {
      row[v] =
          v + 1 < V ? _mm512_loadu_ps(b + kLanes * v) : _mm512_maskz_loadu_ps(last, b + kLanes * v);
    }
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      const __m512 value = _mm512_set1_ps(a[r * p.a_row]);
#pragma GCC unroll 16
      for (int v = 0; v < V; ++v) {
        sums[r][v] = _mm512_fmadd_ps(value, row[v], sums[r][v]);
      }
    }
    a += p.a_step;
    b += p.b_stride;
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < V; ++v) {
      float* out = p.c + r * p.c_stride + kLanes * v;
      const __mmask16 mask = v + 1 < V ? static_cast<__mmask16>(0xFFFF) : last;
      __m512 sum = _mm512_mul_ps(sums[r][v], _mm512_set1_ps(p.alpha));
      if (p.beta != 0) {
        sum = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, out), _mm512_set1_ps(p.beta), sum);
      }
      _mm512_mask_storeu_ps(out, mask, sum);
    }
  }
}

template <int R, int V>
void multiply_rows_of(Panel& panel, std::int64_t& rows) {
  for (; rows >= R; rows -= R) {
    multiply_tile<R, V>(panel);
    panel.a += R * panel.a_row;
    panel.c += R * panel.c_stride;
  }
}

/// V vectors of columns, R rows at a time; what remains by fewer.
template <int R, int V>
void multiply_panel(Panel panel, std::int64_t rows) {
  multiply_rows_of<R, V>(panel, rows);
  multiply_rows_of<4, V>(panel, rows);
  multiply_rows_of<2, V>(panel, rows);
  multiply_rows_of<1, V>(panel, rows);
}

}  // namespace

void multiply_avx512(std::int64_t m, std::int64_t n, std::int64_t k, float alpha, Factor a,
                     Factor b, float beta, float* c, std::int64_t c_stride) {
  Scratch copy(b.transposed ? k * padded(n) : 0);
  if (b.transposed) {
    transpose_rows(n, k, b.values, b.stride, copy.data(), padded(n));
    b = {copy.data(), padded(n)};
  }
  const std::int64_t vectors = padded(n) / kLanes;
  for (std::int64_t done = 0; done < vectors;) {
    const std::int64_t left = vectors - done;
    const std::int64_t taken = left == 5 ? 3 : std::min<std::int64_t>(left, 4);
    const std::int64_t first = done * kLanes;
    const std::int64_t lanes_of_last = std::min(n - first, taken * kLanes) - (taken - 1) * kLanes;
    const Panel panel{k,
                      alpha,
                      beta,
                      a.values,
                      a.transposed ? 1 : a.stride,
                      a.transposed ? a.stride : 1,
                      b.values + first,
                      b.stride,
                      c + first,
                      c_stride,
                      static_cast<__mmask16>((1U << lanes_of_last) - 1)};
    if (taken == 4) {
      multiply_panel<6, 4>(panel, m);
    } else if (taken == 3) {
      multiply_panel<8, 3>(panel, m);
    } else if (taken == 2) {
      multiply_panel<12, 2>(panel, m);
    } else {
      multiply_panel<16, 1>(panel, m);
    }
    done += taken;
  }
}

#else

void multiply_avx512(std::int64_t, std::int64_t, std::int64_t, float, Factor, Factor, float, float*,
                     std::int64_t) {
  MIXVAE_ASSERT(false, "has_avx512_kernels() was asked");
}

#endif

}  // namespace mixvae::nn::kernels
