#include "data/io/fcs/header.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "data/io/fcs/keywords.hpp"
#include "data/io/file_bytes.hpp"

namespace mixvae::fcs {
namespace {

constexpr std::array<std::string_view, 4> kVersions = {"FCS2.0", "FCS3.0", "FCS3.1", "FCS3.2"};

Segment lenient_segment(std::string_view bytes, std::size_t place) {
  const auto begin = whole_number(bytes.substr(place, 8));
  const auto end = whole_number(bytes.substr(place + 8, 8));
  return begin && end ? Segment{*begin, *end} : Segment{};
}

}  // namespace

Header parse_header(std::string_view bytes, const std::string& where) {
  if (bytes.size() < kHeaderBytes) {
    throw InputError({.what = "the file ends within the HEADER of an FCS data set",
                      .where = where,
                      .found = std::to_string(bytes.size()) + " bytes",
                      .expected = std::to_string(kHeaderBytes)});
  }
  Header header;
  header.version = bytes.substr(0, 6);
  if (std::ranges::find(kVersions, header.version) == kVersions.end()) {
    throw InputError({.what = "this version of FCS is not known",
                      .where = where,
                      .found = printable(header.version),
                      .expected = "FCS2.0, FCS3.0, FCS3.1 or FCS3.2"});
  }
  header.text = lenient_segment(bytes, 10);
  if (header.text.begin < 10 || header.text.end <= header.text.begin) {
    throw InputError({.what = "the HEADER does not say where TEXT is",
                      .where = where,
                      .found = "'" + printable(bytes.substr(10, 16)) + "'",
                      .expected = "two rising offsets of 8 characters each"});
  }
  header.data = lenient_segment(bytes, 26);
  return header;
}

}  // namespace mixvae::fcs
