#include "data/io/zip.hpp"

#include <algorithm>

#include <zlib.h>

#include "base/error.hpp"

namespace mixvae {
namespace {

constexpr std::string_view kEndMagic("PK\x05\x06", 4);
constexpr std::string_view kCentralMagic("PK\x01\x02", 4);
constexpr std::string_view kLocalMagic("PK\x03\x04", 4);
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kCentralSize = 46;
constexpr std::size_t kLocalSize = 30;
constexpr std::size_t kLongestComment = 65535;
/// Says that the number of members stands in a further record of zip64.
constexpr std::size_t kManyMembers = 0xffff;
constexpr std::size_t kLargestZipRatio = 1032;  // of deflate

[[noreturn]] void refuse_zip(const std::string& path, const std::string& what,
                             const std::string& hint = "") {
  throw InputError({.what = what, .where = path, .hint = hint});
}

/// Little-endian number of `size` bytes. The caller has checked that it lies inside.
std::size_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::size_t value = 0;
  for (std::size_t i = size; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

bool stands_at(std::string_view bytes, std::size_t at, std::string_view magic, std::size_t size) {
  return at <= bytes.size() && bytes.size() - at >= size && bytes.substr(at, magic.size()) == magic;
}

std::size_t find_end_record(std::string_view archive, const std::string& path) {
  const std::size_t searched =
      archive.size() - std::min(archive.size(), kEndSize + kLongestComment);
  const std::size_t at = archive.rfind(kEndMagic);
  if (at == std::string_view::npos || at < searched ||
      !stands_at(archive, at, kEndMagic, kEndSize)) {
    refuse_zip(path, "the zip archive is cut off", "download or copy the file again");
  }
  return at;
}

ZipMember read_central(std::string_view archive, std::size_t at, const std::string& path) {
  ZipMember member;
  const std::size_t flags = number_at(archive, at + 8, 2);
  member.method = static_cast<int>(number_at(archive, at + 10, 2));
  member.checksum = static_cast<std::uint32_t>(number_at(archive, at + 16, 4));
  member.packed_size = number_at(archive, at + 20, 4);
  member.size = number_at(archive, at + 24, 4);
  member.offset = number_at(archive, at + 42, 4);
  const std::size_t name_size = number_at(archive, at + 28, 2);
  if (archive.size() - at - kCentralSize < name_size) {
    refuse_zip(path, "the zip archive is malformed: a name runs over its end");
  }
  member.name = archive.substr(at + kCentralSize, name_size);
  if ((flags & 1U) != 0) {
    refuse_zip(path, "member '" + member.name + "' of the zip archive is encrypted");
  }
  if (member.size == 0xffffffff || member.packed_size == 0xffffffff) {
    refuse_zip(path, "member '" + member.name + "' of the zip archive is larger than 4 GiB",
               "save the matrix as .npy or .h5ad");
  }
  return member;
}

std::string inflate_all(std::string_view packed, std::size_t size, const std::string& path) {
  if (size / kLargestZipRatio > packed.size()) {
    refuse_zip(path, "the zip archive announces a size that its data cannot have");
  }
  std::string out(size, '\0');
  z_stream stream = {};
  MIXVAE_ASSERT(inflateInit2(&stream, -15) == Z_OK, "zlib starts");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = inflate(&stream, Z_FINISH);
  const bool complete = status == Z_STREAM_END && stream.total_out == size;
  inflateEnd(&stream);
  if (!complete) {
    refuse_zip(path, "compressed data in the zip archive are damaged");
  }
  return out;
}

}  // namespace

std::vector<ZipMember> zip_members(std::string_view archive, const std::string& path) {
  const std::size_t end = find_end_record(archive, path);
  const std::size_t count = number_at(archive, end + 10, 2);
  std::size_t at = number_at(archive, end + 16, 4);
  if (at == 0xffffffff) {
    refuse_zip(path, "the zip archive is larger than 4 GiB", "save the matrix as .npy or .h5ad");
  }
  if (count == kManyMembers) {
    refuse_zip(path, "the zip archive has more members than its short directory can count",
               "unpack it into a folder, or write fewer, larger chunks");
  }
  std::vector<ZipMember> members;
  for (std::size_t i = 0; i < count; ++i) {
    if (!stands_at(archive, at, kCentralMagic, kCentralSize)) {
      refuse_zip(path, "the zip archive is malformed: its directory is incomplete");
    }
    members.push_back(read_central(archive, at, path));
    at += kCentralSize + members.back().name.size() + number_at(archive, at + 30, 2) +
          number_at(archive, at + 32, 2);
  }
  return members;
}

std::string unzip(std::string_view archive, const ZipMember& member, const std::string& path) {
  const std::string where = path + ", member '" + member.name + "'";
  if (!stands_at(archive, member.offset, kLocalMagic, kLocalSize)) {
    refuse_zip(where, "the zip archive is malformed: a member is not where the directory says");
  }
  const std::size_t begin = member.offset + kLocalSize + number_at(archive, member.offset + 26, 2) +
                            number_at(archive, member.offset + 28, 2);
  if (begin > archive.size() || archive.size() - begin < member.packed_size) {
    refuse_zip(where, "the zip archive is malformed: a member runs over its end");
  }
  const std::string_view packed = archive.substr(begin, member.packed_size);
  std::string content;
  if (member.method == Z_DEFLATED) {
    content = inflate_all(packed, member.size, where);
  } else if (member.method == 0 && member.packed_size == member.size) {
    content = packed;
  } else {
    refuse_zip(where,
               "compression method " + std::to_string(member.method) +
                   " of the zip archive cannot be read",
               "numpy's savez and savez_compressed write readable archives");
  }
  const auto checksum = crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size());
  if (checksum != member.checksum) {
    refuse_zip(where, "compressed data in the zip archive are damaged");
  }
  return content;
}

}  // namespace mixvae
