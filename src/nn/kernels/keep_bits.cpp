#include "nn/kernels/keep_bits.hpp"

#include "nn/kernels/keep_bits_avx512.hpp"
#include "nn/kernels/simd.hpp"

namespace mixvae::nn::kernels {
namespace {

/// Low and high halves of factor * a, lane by lane.
struct Product {
  Words low;
  Words high;
};

[[gnu::always_inline]] inline Product wide_product(const Words& a, std::uint64_t factor) {
  constexpr std::uint64_t kLowHalf = 0xFFFFFFFF;
  const auto pairs = reinterpret_cast<LongWords>(a);
  const LongWords even = (pairs & kLowHalf) * factor;
  const LongWords odd = (pairs >> 32) * factor;
  const LongWords low = (even & kLowHalf) | (odd << 32);
  const LongWords high = (even >> 32) | (odd & ~kLowHalf);
  return {reinterpret_cast<Words>(low), reinterpret_cast<Words>(high)};
}

/// Two bits of each lane: whether its low and its high half lie below the threshold.
[[gnu::always_inline]] inline Words bits_of(const Words& word, std::uint32_t threshold, int place) {
  const Words low = reinterpret_cast<Words>((word & 0xFFFFU) < threshold) & (1U << place);
  const Words high = reinterpret_cast<Words>((word >> 16) < threshold) & (2U << place);
  return low | high;
}

bool uses_avx512() {
  static const bool kHasAvx512 = has_avx512_kernels();
  return kHasAvx512;
}

}  // namespace

void keep_bits(const StreamWords& stream, std::uint64_t first, std::int64_t count,
               std::uint32_t threshold, std::uint8_t* out) {
  const auto kernel = uses_avx512() ? keep_bits_avx512 : keep_bits_portable;
  kernel(stream, first, count, threshold, out);
}

std::int64_t keep_values(const std::int32_t* columns, const float* values, std::int64_t count,
                         const std::uint8_t* bits, std::int64_t shift, float scale,
                         std::int32_t* kept_columns, float* kept_values) {
  const auto kernel = uses_avx512() ? keep_values_avx512 : keep_values_portable;
  return kernel(columns, values, count, bits, shift, scale, kept_columns, kept_values);
}

MIXVAE_CLONES
void keep_bits_portable(const StreamWords& stream, std::uint64_t first, std::int64_t count,
                        std::uint32_t threshold, std::uint8_t* out) {
  const Words lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  for (std::int64_t b = 0; b < count; b += kLanes) {
    const std::uint64_t element = first + static_cast<std::uint64_t>(b);
    Words x0 = lane + static_cast<std::uint32_t>(element);
    // A lane whose low word has wrapped around belongs to the next high word.
    Words x1 = static_cast<std::uint32_t>(element >> 32) -
               reinterpret_cast<Words>(x0 < static_cast<std::uint32_t>(element));
    Words x2 = Words{} + stream.step_low;
    Words x3 = Words{} + stream.purpose_and_step;
    std::uint32_t k0 = stream.key_low;
    std::uint32_t k1 = stream.key_high;
    for (int round = 0; round < 10; ++round) {
      const Product p0 = wide_product(x0, 0xD2511F53);
      const Product p1 = wide_product(x2, 0xCD9E8D57);
      x0 = p1.high ^ x1 ^ k0;
      x1 = p1.low;
      x2 = p0.high ^ x3 ^ k1;
      x3 = p0.low;
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    const Words kept = bits_of(x0, threshold, 0) | bits_of(x1, threshold, 2) |
                       bits_of(x2, threshold, 4) | bits_of(x3, threshold, 6);
    *reinterpret_cast<Bytes*>(out + b) = __builtin_convertvector(kept, Bytes);
  }
}

MIXVAE_CLONES
std::int64_t keep_values_portable(const std::int32_t* columns, const float* values,
                                  std::int64_t count, const std::uint8_t* bits, std::int64_t shift,
                                  float scale, std::int32_t* kept_columns, float* kept_values) {
  std::int64_t kept = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t bit = shift + columns[i];
    kept_columns[kept] = columns[i];
    kept_values[kept] = values[i] * scale;
    kept += (bits[bit / 8] >> (bit % 8)) & 1;
  }
  return kept;
}

}  // namespace mixvae::nn::kernels
