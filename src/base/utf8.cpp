#include "base/utf8.hpp"

namespace mixvae {

std::uint32_t next_utf8(std::string_view text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at++]);
  const int more = first < 0x80 ? 0 : first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  const bool starts = first < 0x80 || (first >= 0xc2 && first <= 0xf4);
  if (!starts || text.size() - at < static_cast<std::size_t>(more)) {
    return kNoCharacter;
  }
  std::uint32_t code = more == 0 ? first : first & (0x3fU >> more);
  for (int i = 0; i < more; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + static_cast<std::size_t>(i)]);
    if ((byte & 0xc0) != 0x80) {
      return kNoCharacter;
    }
    code = code << 6 | (byte & 0x3fU);
  }
  at += static_cast<std::size_t>(more);
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  const bool too_long = (more == 2 && code < 0x800) || (more == 3 && code < 0x10000);
  return surrogate || too_long || code > 0x10ffff ? kNoCharacter : code;
}

bool is_utf8(std::string_view text) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    if (next_utf8(text, at) == kNoCharacter && text.substr(from, 3) != kReplacement) {
      return false;
    }
  }
  return true;
}

bool has_control_characters(std::string_view utf8) {
  for (std::size_t at = 0; at < utf8.size();) {
    const std::uint32_t c = next_utf8(utf8, at);
    if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029) {
      return true;
    }
  }
  return false;
}

}  // namespace mixvae
