#include "data/io/text_encoding.hpp"

#include <algorithm>

namespace mixvae {
namespace {

constexpr unsigned kReplacement = 0xFFFD;

void append_character(unsigned code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  const int tails = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  const unsigned lead = tails == 1 ? 0xC0U : tails == 2 ? 0xE0U : 0xF0U;
  out += static_cast<char>(lead | (code >> (6 * tails)));
  for (int t = tails - 1; t >= 0; --t) {
    out += static_cast<char>(0x80U | ((code >> (6 * t)) & 0x3FU));
  }
}

/// Zero at every second place from `first`, and nowhere else.
bool zeros_alternate(std::string_view start, std::size_t first) {
  constexpr std::size_t kBytesJudged = 64;
  const std::size_t size = std::min(start.size(), kBytesJudged) / 2 * 2;
  if (size < 4) {
    return false;
  }
  for (std::size_t i = 0; i < size; ++i) {
    if ((start[i] == '\0') != (i % 2 == first)) {
      return false;
    }
  }
  return true;
}

}  // namespace

EncodingMark text_encoding(std::string_view start) {
  if (start.starts_with("\xef\xbb\xbf")) {
    return {TextEncoding::utf8, 3};
  }
  if (start.starts_with("\xff\xfe")) {
    return {TextEncoding::utf16_little, 2};
  }
  if (start.starts_with("\xfe\xff")) {
    return {TextEncoding::utf16_big, 2};
  }
  if (zeros_alternate(start, 1)) {
    return {TextEncoding::utf16_little, 0};
  }
  return {zeros_alternate(start, 0) ? TextEncoding::utf16_big : TextEncoding::utf8, 0};
}

void Utf16Decoder::take_unit(unsigned unit, std::string& out) {
  const bool low = unit >= 0xDC00 && unit < 0xE000;
  if (high_ != 0) {
    append_character(low ? 0x10000U + ((high_ - 0xD800U) << 10U) + (unit - 0xDC00U) : kReplacement,
                     out);
    high_ = 0;
    if (low) {
      return;
    }
  }
  if (unit >= 0xD800 && unit < 0xDC00) {
    high_ = unit;
  } else {
    append_character(low ? kReplacement : unit, out);
  }
}

void Utf16Decoder::decode(std::string_view bytes, std::string& out) {
  rest_.append(bytes);
  std::size_t i = 0;
  for (; i + 1 < rest_.size(); i += 2) {
    const unsigned first = static_cast<unsigned char>(rest_[i]);
    const unsigned second = static_cast<unsigned char>(rest_[i + 1]);
    take_unit(big_endian_ ? first << 8U | second : second << 8U | first, out);
  }
  rest_.erase(0, i);
}

}  // namespace mixvae
