#include "data/io/zip_writer.hpp"

#include <algorithm>

#include <zlib.h>

namespace mixvae {
namespace {

constexpr std::string_view kLocalSign("PK\x03\x04", 4);
constexpr std::string_view kCentralSign("PK\x01\x02", 4);
constexpr std::string_view kEndSign("PK\x05\x06", 4);
constexpr std::string_view kWideEndSign("PK\x06\x06", 4);
constexpr std::string_view kWideEndPlaceSign("PK\x06\x07", 4);
constexpr std::uint64_t kElsewhere = 0xffffffff;  // the number stands in the 64-bit extension
constexpr std::uint64_t kMostMembers = 0xfffe;
constexpr std::uint64_t kPlainVersion = 20;
constexpr std::uint64_t kWideVersion = 45;
constexpr std::uint64_t kUtf8Names = 0x800;
constexpr std::uint64_t kFirstDay = 0x21;  // 1 January 1980
constexpr std::uint64_t kWideExtension = 1;

/// A number of `size` bytes, little-endian.
std::string little_endian(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) {
    bytes += static_cast<char>(value & 0xff);
    value >>= 8;
  }
  return bytes;
}

/// The 64-bit extension with these numbers.
std::string wide_extension(std::initializer_list<std::uint64_t> numbers) {
  std::string fields;
  for (const std::uint64_t value : numbers) {
    fields += little_endian(value, 8);
  }
  return little_endian(kWideExtension, 2) + little_endian(fields.size(), 2) + fields;
}

/// What the headers before a member and in the directory share, from the version to the length of
/// the name.
std::string common_fields(bool wide, std::uint32_t checksum, std::uint64_t size,
                          std::size_t name_size) {
  return little_endian(wide ? kWideVersion : kPlainVersion, 2) + little_endian(kUtf8Names, 2) +
         little_endian(0, 4) + little_endian(kFirstDay, 2) + little_endian(checksum, 4) +
         little_endian(size, 4) + little_endian(size, 4) + little_endian(name_size, 2);
}

}  // namespace

void ZipWriter::write(std::string_view bytes) {
  file_.write(bytes);
  written_ += bytes.size();
}

void ZipWriter::add(const std::string& name, std::initializer_list<std::string_view> content) {
  std::uint64_t size = 0;
  auto checksum = static_cast<std::uint32_t>(crc32_z(0, nullptr, 0));
  for (const std::string_view piece : content) {
    size += piece.size();
    checksum = static_cast<std::uint32_t>(
        crc32_z(checksum, reinterpret_cast<const Bytef*>(piece.data()), piece.size()));
  }
  const std::uint64_t place = written_;
  const bool wide = size > most_ || place > most_;
  const std::string common = common_fields(wide, checksum, wide ? kElsewhere : size, name.size());
  const std::string local = wide ? wide_extension({size, size}) : "";
  const std::string central = wide ? wide_extension({size, size, place}) : "";
  write(std::string(kLocalSign) + common + little_endian(local.size(), 2) + name + local);
  for (const std::string_view piece : content) {
    write(piece);
  }
  directory_ += std::string(kCentralSign) + little_endian(wide ? kWideVersion : kPlainVersion, 2) +
                common + little_endian(central.size(), 2) + little_endian(0, 10) +
                little_endian(wide ? kElsewhere : place, 4) + name + central;
  ++members_;
}

void ZipWriter::finish() {
  const std::uint64_t begin = written_;
  const std::uint64_t size = directory_.size();
  write(directory_);
  if (begin > most_ || size > most_ || members_ > kMostMembers) {
    const std::uint64_t end = written_;
    write(std::string(kWideEndSign) + little_endian(44, 8) + little_endian(kWideVersion, 2) +
          little_endian(kWideVersion, 2) + little_endian(0, 8) + little_endian(members_, 8) +
          little_endian(members_, 8) + little_endian(size, 8) + little_endian(begin, 8));
    write(std::string(kWideEndPlaceSign) + little_endian(0, 4) + little_endian(end, 8) +
          little_endian(1, 4));
  }
  const std::string members = little_endian(std::min<std::uint64_t>(members_, 0xffff), 2);
  write(std::string(kEndSign) + little_endian(0, 4) + members + members +
        little_endian(size > most_ ? kElsewhere : size, 4) +
        little_endian(begin > most_ ? kElsewhere : begin, 4) + little_endian(0, 2));
}

}  // namespace mixvae
