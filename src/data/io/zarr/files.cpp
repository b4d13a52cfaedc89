#include "data/io/zarr/files.hpp"

#include <array>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/file_bytes.hpp"

namespace mixvae::zarr {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 4> kRootFiles = {"zarr.json", ".zgroup", ".zarray", ".zattrs"};

[[noreturn]] void refuse_absent(const std::string& path, const std::string& key) {
  throw InputError(
      {.what = "the Zarr store lacks a file", .where = path, .found = "no '" + key + "'"});
}

}  // namespace

bool is_store_folder(const std::string& path) {
  std::error_code ignored;
  for (const char* name : kRootFiles) {
    if (fs::is_regular_file(fs::path(path) / name, ignored)) {
      return true;
    }
  }
  return false;
}

std::optional<std::string> store_in_archive(const std::vector<ZipMember>& members) {
  std::optional<std::string> shortest;
  for (const ZipMember& member : members) {
    const std::size_t slash = member.name.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : member.name.substr(0, slash + 1);
    for (const char* name : kRootFiles) {
      if (member.name == folder + name && (!shortest || folder.size() < shortest->size())) {
        shortest = folder;
      }
    }
  }
  return shortest;
}

Files::Files(const std::string& path) : path_(path) {
  if (fs::is_directory(path)) {
    list_folder();
  } else {
    list_archive();
  }
}

void Files::list_folder() {
  std::error_code error;
  fs::recursive_directory_iterator entry(path_, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string key = entry->path().lexically_relative(path_).generic_string();
    if (entry->is_symlink(error)) {
      throw InputError({.what = "the Zarr store holds a link, which may lead out of it",
                        .where = path_,
                        .found = "'" + key + "'",
                        .expected = "files and folders alone",
                        .hint = "copy the store with what its links lead to: cp -rL " +
                                shell_quoted(path_) + " COPY.zarr"});
    }
    if (entry->is_regular_file(error)) {
      const std::uint64_t size = entry->file_size(error);
      if (error) {
        break;
      }
      entries_[key] = {.size = size};
      stored_bytes_ += size;
    }
  }
  if (error) {
    throw InputError(
        {.what = "the Zarr store cannot be listed", .where = path_, .found = error.message()});
  }
}

void Files::list_archive() {
  archive_ = read_bytes(path_);
  stored_bytes_ = archive_.size();
  const std::vector<ZipMember> members = zip_members(archive_, path_);
  const std::string root = store_in_archive(members).value_or("");
  for (const ZipMember& member : members) {
    if (member.name.starts_with(root) && !member.name.ends_with('/')) {
      entries_[member.name.substr(root.size())] = {.size = member.size, .member = member};
    }
  }
}

std::uint64_t Files::size(const std::string& key) const {
  const auto found = entries_.find(key);
  if (found == entries_.end()) {
    refuse_absent(path_, key);
  }
  return found->second.size;
}

const std::string& Files::unpacked(const std::string& key) const {
  if (unpacked_key_ != key) {
    unpacked_ = unzip(archive_, entries_.at(key).member, path_);
    unpacked_key_ = key;
  }
  return unpacked_;
}

std::string Files::read(const std::string& key) const { return read(key, 0, size(key)); }

std::string Files::read(const std::string& key, std::uint64_t offset, std::uint64_t size) const {
  const std::uint64_t whole = this->size(key);
  MIXVAE_ASSERT(offset <= whole && size <= whole - offset, "the part lies within the file");
  if (!archive_.empty()) {
    return unpacked(key).substr(offset, size);
  }
  std::string bytes(size, '\0');
  std::ifstream file(fs::path(path_) / key, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  if (!file.read(bytes.data(), static_cast<std::streamsize>(size))) {
    throw InputError({.what = "a file of the Zarr store cannot be read",
                      .where = (fs::path(path_) / key).string(),
                      .expected = std::to_string(whole) + " bytes"});
  }
  return bytes;
}

std::vector<std::string> Files::folders(const std::string& folder) const {
  const std::string prefix = folder.empty() ? "" : folder + "/";
  std::vector<std::string> names;
  auto at = entries_.lower_bound(prefix);
  while (at != entries_.end() && at->first.starts_with(prefix)) {
    const std::size_t slash = at->first.find('/', prefix.size());
    if (slash == std::string::npos) {
      ++at;
      continue;
    }
    names.push_back(at->first.substr(prefix.size(), slash - prefix.size()));
    constexpr char kAfterSlash = '/' + 1;
    at = entries_.lower_bound(at->first.substr(0, slash) + kAfterSlash);
  }
  return names;
}

}  // namespace mixvae::zarr
