#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mixvae {

/// One file inside a zip archive.
struct ZipMember {
  std::string name;
  int method = 0;  // 0 stored, 8 deflate
  std::uint32_t checksum = 0;
  std::size_t packed_size = 0;
  std::size_t size = 0;
  std::size_t offset = 0;  // of its local header
};

/// The members of a zip archive below 4 GiB, by its central directory. Throws InputError naming
/// `path` for an archive that is cut off or malformed.
std::vector<ZipMember> zip_members(std::string_view archive, const std::string& path);

/// The content of one member. Sizes and checksum are verified. Throws InputError, also for
/// encrypted members and methods other than stored and deflate.
std::string unzip(std::string_view archive, const ZipMember& member, const std::string& path);

}  // namespace mixvae
