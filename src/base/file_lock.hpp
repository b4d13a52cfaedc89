#pragma once

#include <string>

#include "base/error.hpp"

namespace mixvae {

/// A lock that one process at a time holds, on a file made for it. The kernel releases it when the
/// process ends, however it ends: a file that a killed process left locks nobody out.
class FileLock {
 public:
  /// Takes the lock or throws at once: UsageError with `held`, to which the holder is added as
  /// `found`, when another has it; SystemError when the file cannot be made. A file system without
  /// locks gives a warning, and the lock then keeps nobody out.
  FileLock(std::string path, Fault held);
  /// Removes the file.
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  std::string path_;
  int descriptor_ = -1;
};

}  // namespace mixvae
