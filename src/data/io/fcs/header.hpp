#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mixvae::fcs {

/// Bytes from `begin` to `end`, both included, counted from the beginning of the data set. Both 0:
/// not given here.
struct Segment {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  bool given() const { return begin != 0 || end != 0; }
  std::uint64_t length() const { return end >= begin ? end - begin + 1 : 0; }
};

/// The HEADER of an FCS data set: its first 58 bytes.
struct Header {
  std::string version;  // "FCS2.0", "FCS3.0", "FCS3.1", "FCS3.2"
  Segment text;
  Segment data;
};

inline constexpr std::size_t kHeaderBytes = 58;

/// Reads a HEADER. Offsets of DATA that are no numbers count as not given: TEXT may know better.
/// Throws InputError naming `where` for too few bytes, a version other than 2.0-3.2, and offsets of
/// TEXT that are no numbers or run backwards.
Header parse_header(std::string_view bytes, const std::string& where);

}  // namespace mixvae::fcs
