#include "base/utf8.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace mixvae {
namespace {

std::vector<std::uint32_t> characters(std::string_view text) {
  std::vector<std::uint32_t> found;
  for (std::size_t at = 0; at < text.size();) {
    found.push_back(next_utf8(text, at));
  }
  return found;
}

TEST(Utf8, CharactersOfOneToFourBytes) {
  EXPECT_EQ(characters("a\u00e9\u20ac\U0001f600"),
            (std::vector<std::uint32_t>{'a', 0xe9, 0x20ac, 0x1f600}));
  EXPECT_TRUE(characters("").empty());
}

TEST(Utf8, BytesThatAreNoCharacterArePassedOneByOne) {
  for (const std::string text : {"caf\xe9", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\x80",
                                 "\xe2\x82", "\xf0\x80\x80\x80"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
    EXPECT_EQ(characters(text).back(), kNoCharacter) << text;
  }
  EXPECT_TRUE(is_utf8("caf\u00e9 \ufffd"));
  EXPECT_TRUE(is_utf8(""));
}

TEST(Utf8, ControlCharactersAreFoundInAllTheirForms) {
  for (const std::string text : {"\n", "a\tb", "\x7f", "\u0085", "a\u2028", "\u2029b"}) {
    EXPECT_TRUE(has_control_characters(text)) << text;
  }
  EXPECT_FALSE(has_control_characters("CD4 T, na\u00efve \u03b3\u03b4"));
}

}  // namespace
}  // namespace mixvae
