#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zlib.h>

namespace mixvae::testing_files {

/// An .npy file of format version 1 with this dictionary and these bytes.
inline std::string npy_file(const std::string& dictionary, std::string_view data) {
  std::string header = dictionary;
  header.append(1, '\n');
  std::string file("\x93NUMPY\x01\x00", 8);
  file.append(1, static_cast<char>(header.size() & 0xff));
  file.append(1, static_cast<char>(header.size() >> 8));
  return file.append(header).append(data);
}

inline std::string npy_dictionary(const std::string& descr, const std::string& shape,
                                  bool fortran = false) {
  std::string text = "{'descr': '";
  return text.append(descr)
      .append("', 'fortran_order': ")
      .append(fortran ? "True" : "False")
      .append(", 'shape': ")
      .append(shape)
      .append(", }");
}

/// The values' bytes, in this machine's order.
template <class Value>
std::string bytes_of(const std::vector<Value>& values) {
  std::string bytes(values.size() * sizeof(Value), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

inline std::string little_endian(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) {
    bytes.append(1, static_cast<char>(value));
    value >>= 8;
  }
  return bytes;
}

inline std::string raw_deflated(const std::string& content) {
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, content.size()) + 16, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// A zip archive of named contents.
inline std::string zip_file(const std::vector<std::pair<std::string, std::string>>& members,
                            bool deflated = false) {
  std::string archive;
  std::string directory;
  for (const auto& [name, content] : members) {
    const std::string packed = deflated ? raw_deflated(content) : content;
    std::string common = little_endian(20, 2) + little_endian(0, 2);
    common += little_endian(deflated ? 8 : 0, 2) + little_endian(0, 4);
    common += little_endian(
        crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size()), 4);
    common += little_endian(packed.size(), 4) + little_endian(content.size(), 4);
    common += little_endian(name.size(), 2) + little_endian(0, 2);
    directory += "PK\x01\x02" + little_endian(20, 2) + common + little_endian(0, 10) +
                 little_endian(archive.size(), 4) + name;
    archive += "PK\x03\x04" + common + name + packed;
  }
  const std::size_t begin = archive.size();
  archive += directory + "PK\x05\x06" + little_endian(0, 4);
  archive += little_endian(members.size(), 2) + little_endian(members.size(), 2);
  archive += little_endian(directory.size(), 4) + little_endian(begin, 4) + little_endian(0, 2);
  return archive;
}

/// An IDX file of bytes.
inline std::string idx_file(const std::vector<std::uint32_t>& shape, std::string_view data) {
  std::string file("\0\0\x08", 3);
  file.append(1, static_cast<char>(shape.size()));
  for (const std::uint32_t extent : shape) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      file.append(1, static_cast<char>(extent >> shift));
    }
  }
  return file.append(data);
}

}  // namespace mixvae::testing_files
