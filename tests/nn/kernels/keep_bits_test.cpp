#include "nn/kernels/keep_bits.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "base/philox.hpp"
#include "nn/kernels/keep_bits_avx512.hpp"

namespace mixvae::nn::kernels {
namespace {

constexpr StreamWords kStream{1, 2, 3, 4};

TEST(KeepBits, BothFormsAreEqual) {
  if (!has_avx512_kernels()) {
    GTEST_SKIP() << "no AVX-512 here";
  }
  for (const std::uint32_t threshold : {0U, 1U, 20000U, 32768U, 65535U, 65536U}) {
    for (const std::uint64_t first : {0UL, 5UL, 0xFFFFFFF8UL, (1UL << 35) - 3}) {
      for (const std::int64_t count : {1, 16, 17, 100}) {
        std::vector<std::uint8_t> portable(112, 9);
        std::vector<std::uint8_t> wide(112, 9);
        keep_bits_portable(kStream, first, count, threshold, portable.data());
        keep_bits_avx512(kStream, first, count, threshold, wide.data());
        portable.resize(static_cast<std::size_t>(count));
        wide.resize(portable.size());
        EXPECT_EQ(portable, wide) << threshold << " " << first << " " << count;
      }
    }
  }
}

TEST(KeepBits, AllOrNothingAtTheEndsOfTheScale) {
  std::vector<std::uint8_t> bits(32);
  keep_bits(kStream, 0, 32, 65536, bits.data());
  EXPECT_EQ(bits, std::vector<std::uint8_t>(32, 0xFF));
  keep_bits(kStream, 0, 32, 0, bits.data());
  EXPECT_EQ(bits, std::vector<std::uint8_t>(32, 0));
}

/// Either form of keep_values().
using Keep = std::int64_t (*)(const std::int32_t*, const float*, std::int64_t, const std::uint8_t*,
                              std::int64_t, float, std::int32_t*, float*);

void expect_kept(Keep keep, std::int64_t count, std::int64_t shift) {
  std::vector<std::uint8_t> bits(64);
  keep_bits(kStream, 0, 64, 30000, bits.data());
  std::vector<std::int32_t> columns;
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) {
    columns.push_back(static_cast<std::int32_t>(5 * i + i % 3));
    values.push_back(static_cast<float>(i + 1));
  }
  std::vector<std::int32_t> expected_columns;
  std::vector<float> expected_values;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::int64_t bit = shift + columns[i];
    if ((bits[static_cast<std::size_t>(bit / 8)] >> (bit % 8)) % 2 == 1) {
      expected_columns.push_back(columns[i]);
      expected_values.push_back(3 * values[i]);
    }
  }
  std::vector<std::int32_t> kept_columns(columns.size() + 1, -7);
  std::vector<float> kept_values(columns.size() + 1, -7);
  const std::int64_t kept = keep(columns.data(), values.data(), count, bits.data(), shift, 3,
                                 kept_columns.data(), kept_values.data());
  EXPECT_EQ(kept_columns.back(), -7) << "nothing is written behind the row";
  EXPECT_EQ(kept_values.back(), -7);
  kept_columns.resize(static_cast<std::size_t>(kept));
  kept_values.resize(static_cast<std::size_t>(kept));
  EXPECT_EQ(kept_columns, expected_columns);
  EXPECT_EQ(kept_values, expected_values);
}

TEST(KeepValues, KeepsWhatTheBitsTell) {
  for (const std::int64_t count : {0, 1, 15, 16, 17, 64, 99}) {
    for (const std::int64_t shift : {0, 3, 7}) {
      SCOPED_TRACE(std::to_string(count) + ", " + std::to_string(shift));
      expect_kept(keep_values, count, shift);
      expect_kept(keep_values_portable, count, shift);
      if (has_avx512_kernels()) {
        expect_kept(keep_values_avx512, count, shift);
      }
    }
  }
}

}  // namespace
}  // namespace mixvae::nn::kernels
