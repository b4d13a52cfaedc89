#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "data/io/hdf5/group.hpp"
#include "data/io/hdf5/sound_file.hpp"

namespace mixvae::hdf5 {
namespace {

namespace fs = std::filesystem;

void require_readable_file(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    throw InputError({.what = "cannot read as an HDF5 file",
                      .where = path,
                      .found = "a folder",
                      .expected = "a file"});
  }
  errno = 0;
  if (!std::ifstream(path, std::ios::binary)) {
    throw InputError(
        {.what = "cannot open the file", .where = path, .found = std::strerror(errno)});
  }
}

/// With or without locks; never caring for them where the file system has none.
Handle access_properties(bool locking) {
  Handle access(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_file_locking(access.get(), locking, true);
  return access;
}

hid_t open_read_only(const std::string& path, bool locking) {
  return H5Fopen(path.c_str(), H5F_ACC_RDONLY, access_properties(locking).get());
}

bool mentions(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

/// The number after `key` in HDF5's message; empty when there is none.
std::string number_after(const std::string& text, const std::string& key) {
  const auto at = text.find(key);
  if (at == std::string::npos) {
    return {};
  }
  const auto begin = text.find_first_of("0123456789", at + key.size());
  const auto end = text.find_first_not_of("0123456789", begin);
  return begin == std::string::npos ? std::string{} : text.substr(begin, end - begin);
}

[[noreturn]] void explain_failed_open(const std::string& path, const std::string& reasons) {
  if (mentions(reasons, "truncated file")) {
    throw InputError({.what = "the file is truncated: its end is missing",
                      .where = path,
                      .found = std::to_string(fs::file_size(path)) + " bytes",
                      .expected = number_after(reasons, "stored_eof") + " bytes",
                      .hint = "copy or download the file again"});
  }
  if (mentions(reasons, "unable to lock file") || mentions(reasons, "already open for write")) {
    throw InputError({.what = "the file is open in another program that writes it",
                      .where = path,
                      .found = "HDF5 says: " + reasons,
                      .hint = "close the other program and try again"});
  }
  if (mentions(reasons, "file signature not found")) {
    throw InputError({.what = "this is not an HDF5 file",
                      .where = path,
                      .found = "no HDF5 signature",
                      .expected = "an .h5ad, 10x .h5, .loom or other HDF5 file"});
  }
  throw InputError({.what = "the HDF5 file cannot be opened",
                    .where = path,
                    .found = "HDF5 says: " + reasons,
                    .hint = "the file may be damaged; fetch or write it again"});
}

[[noreturn]] void fail_writing(const std::string& path) {
  const std::string reasons = failure_reasons();
  throw SystemError({.what = "cannot write the HDF5 file",
                     .where = path,
                     .found = "HDF5 says: " + reasons,
                     .hint = "is the disk full?"});
}

Group root_of(Handle file, const std::string& path) {
  return {checked(H5Gopen2(file.get(), "/", H5P_DEFAULT), "cannot read the file's root", path),
          path, ""};
}

}  // namespace

Group open_file(const std::string& path) {
  start_library();
  require_readable_file(path);
  require_sound_file(path);
  Handle file(open_read_only(path, true));
  if (!file.valid()) {
    const std::string reasons = failure_reasons();
    // Error 11 means that another program holds the lock; any other one, that the file system has
    // no locks.
    if (mentions(reasons, "unable to lock file") && !mentions(reasons, "errno = 11,")) {
      file = Handle(open_read_only(path, false));
    }
    if (!file.valid()) {
      explain_failed_open(path, reasons);
    }
  }
  return root_of(std::move(file), path);
}

Group open_for_writing(const std::string& path) {
  start_library();
  Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, access_properties(false).get()));
  if (!file.valid()) {
    fail_writing(path);
  }
  return root_of(std::move(file), path);
}

Group create_file(const std::string& path) {
  start_library();
  Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access_properties(false).get()));
  if (!file.valid()) {
    fail_writing(path);
  }
  return root_of(std::move(file), path);
}

void flush(const Object& object) {
  if (H5Fflush(object.id(), H5F_SCOPE_GLOBAL) < 0) {
    fail_writing(object.file());
  }
}

}  // namespace mixvae::hdf5
