#include "base/checksum.hpp"

#include <string>

#include <gtest/gtest.h>

namespace mixvae {
namespace {

// Known answers of the XXH64 algorithm.
TEST(Checksum, GivesTheKnownAnswers) {
  EXPECT_EQ(checksum(""), 0xEF46DB3751D8E999U);
  EXPECT_EQ(checksum("a"), 0xD24EC4F1A98C6E5BU);
  EXPECT_EQ(checksum("abc"), 0x44BC2CF5AD770999U);
  EXPECT_EQ(checksum("The quick brown fox jumps over the lazy dog"), 0x0B242D361FDA71BCU);
}

TEST(Checksum, EveryFlippedBitOfEveryLengthShows) {
  for (std::size_t length = 1; length <= 70; ++length) {
    std::string bytes(length, 'x');
    const std::uint64_t original = checksum(bytes, 5);
    EXPECT_NE(original, checksum(bytes, 6));
    for (std::size_t bit = 0; bit < 8 * length; ++bit) {
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
      EXPECT_NE(checksum(bytes, 5), original);
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    }
  }
}

}  // namespace
}  // namespace mixvae
