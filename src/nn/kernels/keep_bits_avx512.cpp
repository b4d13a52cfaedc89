#include "nn/kernels/keep_bits_avx512.hpp"

#include "base/error.hpp"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)

#include <algorithm>
// GCC 12 takes the header's undefined lanes for a mistake (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>

namespace mixvae::nn::kernels {
namespace {

#define MIXVAE_AVX512 gnu::target("avx512f,avx512bw,avx512vl,avx512dq")

constexpr __mmask16 kOddLanes = 0xAAAA;
constexpr __mmask16 kEvenLanes = 0x5555;
constexpr std::int64_t kWordLanes = 16;

/// Low and high halves of factor * a, lane by lane.
struct Product {
  __m512i low;
  __m512i high;
};

[[MIXVAE_AVX512, gnu::always_inline]] inline Product wide_product(__m512i a, __m512i factor) {
  const __m512i even = _mm512_mul_epu32(a, factor);
  const __m512i odd = _mm512_mul_epu32(_mm512_srli_epi64(a, 32), factor);
  return {_mm512_mask_shuffle_epi32(even, kOddLanes, odd, _MM_PERM_CDAB),
          _mm512_mask_shuffle_epi32(odd, kEvenLanes, even, _MM_PERM_CDAB)};
}

[[MIXVAE_AVX512, gnu::always_inline]] inline __m512i all_lanes(std::uint32_t word) {
  return _mm512_set1_epi32(static_cast<int>(word));
}

/// Adds to 16-bit lanes: 1 << place and 2 << place where a word's low and high half are at most
/// `most`.
[[MIXVAE_AVX512, gnu::always_inline]] inline __m512i add_bits(__m512i bits, __m512i word,
                                                              __m512i most, int place) {
  return _mm512_mask_add_epi16(bits, _mm512_cmple_epu16_mask(word, most), bits,
                               all_lanes((1U << place) | (2U << (16 + place))));
}

}  // namespace

bool has_avx512_kernels() {
  return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512dq") != 0;
}

[[MIXVAE_AVX512]] void keep_bits_avx512(const StreamWords& stream, std::uint64_t first,
                                        std::int64_t count, std::uint32_t threshold,
                                        std::uint8_t* out) {
  if (threshold == 0) {
    std::fill_n(out, count, std::uint8_t{0});
    return;
  }
  const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i most = _mm512_set1_epi16(static_cast<short>(threshold - 1));
  const __m512i factor0 = all_lanes(0xD2511F53);
  const __m512i factor1 = all_lanes(0xCD9E8D57);
  for (std::int64_t b = 0; b < count; b += kWordLanes) {
    const std::uint64_t element = first + static_cast<std::uint64_t>(b);
    const __m512i start = all_lanes(static_cast<std::uint32_t>(element));
    const auto high_word = static_cast<std::uint32_t>(element >> 32);
    __m512i x0 = _mm512_add_epi32(lane, start);
    // A lane whose low word has wrapped around belongs to the next high word.
    __m512i x1 = _mm512_mask_blend_epi32(_mm512_cmplt_epu32_mask(x0, start), all_lanes(high_word),
                                         all_lanes(high_word + 1));
    __m512i x2 = all_lanes(stream.step_low);
    __m512i x3 = all_lanes(stream.purpose_and_step);
    std::uint32_t k0 = stream.key_low;
    std::uint32_t k1 = stream.key_high;
    for (int round = 0; round < 10; ++round) {
      constexpr int kExclusiveOr = 0x96;  // of three
      const Product p0 = wide_product(x0, factor0);
      const Product p1 = wide_product(x2, factor1);
      x0 = _mm512_ternarylogic_epi32(p1.high, x1, all_lanes(k0), kExclusiveOr);
      x1 = p1.low;
      x2 = _mm512_ternarylogic_epi32(p0.high, x3, all_lanes(k1), kExclusiveOr);
      x3 = p0.low;
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    __m512i bits = add_bits(_mm512_setzero_si512(), x0, most, 0);
    bits = add_bits(bits, x1, most, 2);
    bits = add_bits(bits, x2, most, 4);
    bits = add_bits(bits, x3, most, 6);
    bits = _mm512_or_si512(bits, _mm512_srli_epi32(bits, 16));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + b), _mm512_cvtepi32_epi8(bits));
  }
}

[[MIXVAE_AVX512]] std::int64_t keep_values_avx512(const std::int32_t* columns, const float* values,
                                                  std::int64_t count, const std::uint8_t* bits,
                                                  std::int64_t shift, float scale,
                                                  std::int32_t* kept_columns, float* kept_values) {
  const __m512i first_bit = _mm512_set1_epi32(static_cast<int>(shift));
  const __m512 factor = _mm512_set1_ps(scale);
  std::int64_t kept = 0;
  for (std::int64_t i = 0; i < count; i += kWordLanes) {
    const auto present =
        static_cast<__mmask16>((1U << std::min<std::int64_t>(count - i, kWordLanes)) - 1);
    const __m512i column = _mm512_maskz_loadu_epi32(present, columns + i);
    const __m512 value = _mm512_maskz_loadu_ps(present, values + i);
    const __m512i place = _mm512_add_epi32(column, first_bit);
    const __m512i word = _mm512_mask_i32gather_epi32(
        _mm512_setzero_si512(), present, _mm512_srli_epi32(place, 5), bits, sizeof(std::uint32_t));
    const __m512i bit =
        _mm512_sllv_epi32(_mm512_set1_epi32(1), _mm512_and_si512(place, _mm512_set1_epi32(31)));
    const __mmask16 keep = _mm512_mask_test_epi32_mask(present, word, bit);
    const int number = __builtin_popcount(keep);
    const auto written = static_cast<__mmask16>((1U << number) - 1);
    _mm512_mask_storeu_epi32(kept_columns + kept, written,
                             _mm512_maskz_compress_epi32(keep, column));
    _mm512_mask_storeu_ps(kept_values + kept, written,
                          _mm512_maskz_compress_ps(keep, _mm512_mul_ps(value, factor)));
    kept += number;
  }
  return kept;
}

}  // namespace mixvae::nn::kernels

#else

namespace mixvae::nn::kernels {

bool has_avx512_kernels() { return false; }

void keep_bits_avx512(const StreamWords&, std::uint64_t, std::int64_t, std::uint32_t,
                      std::uint8_t*) {
  MIXVAE_ASSERT(false, "the processor has AVX-512");
}

std::int64_t keep_values_avx512(const std::int32_t*, const float*, std::int64_t,
                                const std::uint8_t*, std::int64_t, float, std::int32_t*, float*) {
  MIXVAE_ASSERT(false, "the processor has AVX-512");
  return 0;
}

}  // namespace mixvae::nn::kernels

#endif
