#pragma once

#include <string>
#include <string_view>

namespace mixvae {

/// How the bytes of a text file stand for characters.
enum class TextEncoding { utf8, utf16_little, utf16_big };

/// The encoding and how many bytes its mark takes at the start of the file.
struct EncodingMark {
  TextEncoding encoding = TextEncoding::utf8;
  std::size_t bytes = 0;
};

/// Judged by the byte order mark; UTF-16 without one by its zero bytes, which ASCII text leaves at
/// every second place.
EncodingMark text_encoding(std::string_view start);

/// Turns UTF-16, given in pieces of any length, into UTF-8. What is no character becomes U+FFFD.
class Utf16Decoder {
 public:
  explicit Utf16Decoder(bool big_endian) : big_endian_(big_endian) {}

  /// Appends the characters that are complete after these bytes.
  void decode(std::string_view bytes, std::string& out);

 private:
  void take_unit(unsigned unit, std::string& out);

  bool big_endian_;
  std::string rest_;   // half a unit
  unsigned high_ = 0;  // first half of a pair of surrogates
};

}  // namespace mixvae
