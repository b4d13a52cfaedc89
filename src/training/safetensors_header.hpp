#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mixvae::training {

/// One tensor as a safetensors header describes it; the bytes lie at [begin, end) behind the
/// header.
struct TensorEntry {
  std::string name;
  std::string dtype;  // "F32", "I64", ...
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// The JSON header of a safetensors file: free text facts and tensors, in the order of their bytes.
struct SafetensorsHeader {
  std::map<std::string, std::string> metadata;
  std::vector<TensorEntry> tensors;
};

/// The header as JSON, padded with blanks to a multiple of 8 bytes.
std::string header_text(const SafetensorsHeader& header);

/// Reads the JSON of a header, tensors sorted by their offsets. Throws InputError naming `path` and
/// the byte when the text is not JSON of this form, or has a key twice. (Own reader of this small
/// part of JSON, because core-only builds have nothing but the standard library.)
SafetensorsHeader parse_header(std::string_view text, const std::string& path);

}  // namespace mixvae::training
