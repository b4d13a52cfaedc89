#pragma once

#include <string>
#include <string_view>

namespace mixvae {

/// A file that appears whole or not at all: what is written goes to a temporary name in the
/// target's folder, and commit() syncs and renames it over the target. At every moment, also after
/// a kill or a power loss, the target holds its former content or all of the new one. A symbolic
/// link keeps pointing to the file that is replaced. All functions throw SystemError naming the
/// path and the system's reason.
class AtomicFile {
 public:
  /// Creates the temporary file, and removes those that killed programs left of this target.
  /// Refuses a target that exists and is not a regular file.
  explicit AtomicFile(std::string path);
  /// Without commit: removes the temporary file; the target stays as it was.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Name of the temporary file. Another library may open it by name and write it, truncating but
  /// not replacing it; write() is then not used.
  const std::string& temporary() const { return temporary_; }

  void write(std::string_view bytes);

  /// Makes the content durable and moves it to the target. Of all faults only one, of the folder's
  /// fsync at the very end, may leave the new content in place.
  void commit();

 private:
  std::string path_;
  std::string target_;
  std::string temporary_;
  std::string buffer_;
  int descriptor_ = -1;
};

/// Replaces the file's content by `content`, as AtomicFile does.
void write_atomically(const std::string& path, std::string_view content);

/// Finds out before long work whether a file of this name could be written, by creating and
/// removing a temporary one.
void require_writable(const std::string& path);

/// Removes temporary files of this target that killed programs left behind (those whose process is
/// gone).
void remove_stale_temporaries(const std::string& path);

}  // namespace mixvae
