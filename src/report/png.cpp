#include "report/png.hpp"

#include <array>

#include <zlib.h>

#include "base/error.hpp"

namespace mixvae::report {
namespace {

void append_big_endian(std::string& bytes, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(number >> static_cast<unsigned>(shift));
  }
}

/// Length, kind, data and their check sum (PNG specification, 5.3).
void append_chunk(std::string& file, const std::string& kind, const std::string& data) {
  append_big_endian(file, static_cast<std::uint32_t>(data.size()));
  const std::string checked = kind + data;
  file += checked;
  const auto* bytes = reinterpret_cast<const Bytef*>(checked.data());
  append_big_endian(file,
                    static_cast<std::uint32_t>(crc32(0, bytes, static_cast<uInt>(checked.size()))));
}

std::string deflated(const std::string& plain) {
  uLongf size = compressBound(plain.size());
  std::string packed(size, '\0');
  const int result =
      compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
                reinterpret_cast<const Bytef*>(plain.data()), plain.size(), Z_BEST_COMPRESSION);
  MIXVAE_ASSERT(result == Z_OK, "memory in hand is packed");
  packed.resize(size);
  return packed;
}

}  // namespace

std::string grey_png(std::span<const std::uint8_t> pixels, Index width, Index height) {
  MIXVAE_ASSERT(width > 0 && height > 0 && std::ssize(pixels) == width * height, "a picture");
  std::string header;
  append_big_endian(header, static_cast<std::uint32_t>(width));
  append_big_endian(header, static_cast<std::uint32_t>(height));
  header += std::string("\x08\x00\x00\x00\x00", 5);  // 8 bits, grey, deflate, no interlacing
  std::string rows;
  for (Index y = 0; y < height; ++y) {
    rows += '\0';  // no filter
    for (const std::uint8_t grey : pixels.subspan(at(y * width), at(width))) {
      rows += static_cast<char>(grey);
    }
  }
  std::string file("\x89PNG\r\n\x1a\n", 8);
  append_chunk(file, "IHDR", header);
  append_chunk(file, "IDAT", deflated(rows));
  append_chunk(file, "IEND", "");
  return file;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kSigns =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t b = 0; b < 3; ++b) {
      group = group << 8U | (i + b < bytes.size() ? static_cast<unsigned char>(bytes[i + b]) : 0U);
    }
    for (std::size_t sign = 0; sign < 4; ++sign) {
      const bool filled = i + sign <= bytes.size();  // n bytes fill n + 1 signs
      text += filled ? kSigns[group >> (18U - 6U * sign) & 63U] : '=';
    }
  }
  return text;
}

}  // namespace mixvae::report
