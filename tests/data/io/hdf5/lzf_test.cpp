#include "data/io/hdf5/lzf.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace mixvae::hdf5 {
namespace lzf_test {

using Bytes = std::vector<unsigned char>;

std::optional<std::string> unpack(const Bytes& packed, std::size_t room = 400) {
  Bytes out(room);
  const auto size = unpack_lzf(packed, out);
  return size ? std::optional(std::string(out.begin(), out.begin() + static_cast<long>(*size)))
              : std::nullopt;
}

TEST(Lzf, LiteralsAndCopies) {
  EXPECT_EQ(unpack({2, 'a', 'b', 'c'}), "abc");
  EXPECT_EQ(unpack({2, 'a', 'b', 'c', 1U << 5U, 2}), "abcabc") << "3 bytes from 3 back";
  EXPECT_EQ(unpack({0, 'x', 7U << 5U, 10, 0}), std::string(20, 'x')) << "a long, overlapping copy";
  EXPECT_EQ(unpack({}), "");
}

TEST(Lzf, ReachesFarBack) {
  Bytes packed;
  for (int run = 0; run < 20; ++run) {
    packed.push_back(31);
    packed.insert(packed.end(), 32, static_cast<unsigned char>('a' + run));
  }
  packed.insert(packed.end(), {(1U << 5U) | 2U, 127});  // 3 bytes from 2 * 256 + 127 + 1 back
  EXPECT_EQ(unpack(packed, 1000)->substr(640), "aaa");
}

TEST(Lzf, RefusesDamage) {
  EXPECT_EQ(unpack({5, 'a'}), std::nullopt) << "literals cut off";
  EXPECT_EQ(unpack({0, 'a', 1U << 5U}), std::nullopt) << "copy cut off";
  EXPECT_EQ(unpack({0, 'a', 7U << 5U, 1}), std::nullopt) << "long copy cut off";
  EXPECT_EQ(unpack({0, 'a', 1U << 5U, 1}), std::nullopt) << "copy from before the beginning";
  EXPECT_EQ(unpack({2, 'a', 'b', 'c'}, 2), std::nullopt) << "no room for literals";
  EXPECT_EQ(unpack({0, 'a', 1U << 5U, 0}, 3), std::nullopt) << "no room for the copy";
}

}  // namespace lzf_test
}  // namespace mixvae::hdf5
