#include "base/atomic_file.hpp"

#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "base/file_calls.hpp"

namespace mixvae {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferSize = std::size_t{1} << 20;
constexpr std::string_view kSuffix = ".tmp";

/// The file that a chain of symbolic links ends at, or the path itself.
std::string link_target(const std::string& path) {
  std::error_code error;
  if (!fs::is_symlink(path, error)) {
    return path;
  }
  const fs::path target = fs::weakly_canonical(path, error);
  return error ? path : target.string();
}

void refuse_irregular(const std::string& target, const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    throw SystemError({.what = "cannot write " + path,
                       .found = fs::is_directory(status) ? "a folder of that name"
                                                         : "a device, pipe or socket of that name",
                       .expected = "a regular file or a new name"});
  }
}

/// Tells this process from an earlier one of the same number, as happens in containers.
std::uint64_t process_tag() {
  static const auto kTag =
      static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  return kTag;
}

/// "<target>.<process>-<tag>-<number>.tmp": unique within and between the processes of a machine.
std::string temporary_name(const std::string& target) {
  static std::atomic<unsigned> counter{0};
  return target + "." + std::to_string(::getpid()) + "-" + std::to_string(process_tag()) + "-" +
         std::to_string(counter++) + std::string(kSuffix);
}

std::string folder_of(const std::string& target) {
  const std::string folder = fs::path(target).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// A file that is replaced keeps its permissions.
void copy_permissions(const std::string& target, int descriptor) {
  struct stat status = {};
  if (::stat(target.c_str(), &status) == 0) {
    static_cast<void>(::fchmod(descriptor, status.st_mode & 07777U));
  }
}

class FolderHandle {
 public:
  FolderHandle(const std::string& folder, const std::string& path)
      : descriptor_(file_calls::open_folder(folder, path)) {}
  ~FolderHandle() { ::close(descriptor_); }
  FolderHandle(const FolderHandle&) = delete;
  FolderHandle& operator=(const FolderHandle&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

/// Reads a number from the front of the text, which must be followed by `end` (0: the end of the
/// text); both are taken off.
bool take_number(std::string_view& text, char end, std::uint64_t& number) {
  const char* const last = text.data() + text.size();
  const auto result = std::from_chars(text.data(), last, number);
  const bool complete = end == 0 ? result.ptr == last : result.ptr != last && *result.ptr == end;
  if (result.ec != std::errc() || !complete) {
    return false;
  }
  text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()) + (end == 0 ? 0 : 1));
  return true;
}

/// True for "<name>.<process>-<tag>-<number>.tmp" when that process does not run any more.
bool is_stale_temporary(std::string_view file, const std::string& name) {
  if (!file.starts_with(name + ".") || !file.ends_with(kSuffix)) {
    return false;
  }
  file.remove_prefix(name.size() + 1);
  file.remove_suffix(kSuffix.size());
  std::uint64_t process = 0;
  std::uint64_t tag = 0;
  std::uint64_t number = 0;
  if (!take_number(file, '-', process) || !take_number(file, '-', tag) ||
      !take_number(file, 0, number)) {
    return false;
  }
  const auto writer = static_cast<pid_t>(process);
  return writer == ::getpid() ? tag != process_tag() : ::kill(writer, 0) != 0 && errno == ESRCH;
}

}  // namespace

AtomicFile::AtomicFile(std::string path)
    : path_(std::move(path)), target_(link_target(path_)), temporary_(temporary_name(target_)) {
  refuse_irregular(target_, path_);
  remove_stale_temporaries(path_);
  descriptor_ = file_calls::create(temporary_, path_);
  copy_permissions(target_, descriptor_);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
  if (!temporary_.empty()) {
    ::unlink(temporary_.c_str());
  }
}

void AtomicFile::write(std::string_view bytes) {
  if (buffer_.size() + bytes.size() > kBufferSize) {
    file_calls::write_all(descriptor_, std::exchange(buffer_, {}), path_);
  }
  if (bytes.size() >= kBufferSize) {
    file_calls::write_all(descriptor_, bytes, path_);
  } else {
    buffer_.append(bytes);
  }
}

void AtomicFile::commit() {
  const FolderHandle folder(folder_of(target_), path_);
  file_calls::write_all(descriptor_, std::exchange(buffer_, {}), path_);
  file_calls::sync(descriptor_, path_);
  file_calls::close(std::exchange(descriptor_, -1), path_);
  file_calls::rename(temporary_, target_, path_);
  temporary_.clear();
  file_calls::sync_folder(folder.descriptor(), path_);
}

void write_atomically(const std::string& path, std::string_view content) {
  AtomicFile file(path);
  file.write(content);
  file.commit();
}

void require_writable(const std::string& path) { const AtomicFile probe(path); }

void remove_stale_temporaries(const std::string& path) {
  const fs::path target = link_target(path);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_of(target.string()), error)) {
    if (is_stale_temporary(entry.path().filename().string(), target.filename().string())) {
      fs::remove(entry.path(), error);
    }
  }
}

}  // namespace mixvae
