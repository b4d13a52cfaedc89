#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/io/zip.hpp"

namespace mixvae::zarr {

/// Whether a folder is a Zarr store: it holds the metadata of a group or array.
bool is_store_folder(const std::string& path);

/// The folder inside a zip archive that is a Zarr store ("" or a name with '/' at its end), by the
/// names of the members; nothing for another archive.
std::optional<std::string> store_in_archive(const std::vector<ZipMember>& members);

/// The files of a Zarr store by their keys ("obs/.zattrs"), in a folder or in a zip archive. All
/// keys are listed once at the start, and only what was listed is read.
class Files {
 public:
  /// Throws InputError for a store that cannot be listed, and for links inside it: they may lead
  /// out of it.
  explicit Files(const std::string& path);

  const std::string& path() const { return path_; }
  /// Bytes of all files together as they are stored.
  std::uint64_t stored_bytes() const { return stored_bytes_; }
  bool holds(const std::string& key) const { return entries_.contains(key); }
  /// Bytes of one file. Throws InputError when it is absent, as read does.
  std::uint64_t size(const std::string& key) const;
  std::string read(const std::string& key) const;
  /// Bytes of a part that lies within the file.
  std::string read(const std::string& key, std::uint64_t offset, std::uint64_t size) const;
  /// Names of the folders right inside a folder ("" is the store), in alphabetic order.
  std::vector<std::string> folders(const std::string& folder) const;

 private:
  void list_folder();
  void list_archive();
  const std::string& unpacked(const std::string& key) const;

  struct Entry {
    std::uint64_t size = 0;
    ZipMember member = {};  // of an archive
  };

  std::string path_;
  std::map<std::string, Entry> entries_;
  std::uint64_t stored_bytes_ = 0;
  std::string archive_;  // the bytes of a zip archive; empty for a folder
  mutable std::string unpacked_key_;
  mutable std::string unpacked_;  // the member of the archive that was read last
};

}  // namespace mixvae::zarr
