#include "base/file_lock.hpp"

#include <array>
#include <cerrno>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/file_calls.hpp"
#include "base/log.hpp"

namespace mixvae {
namespace {

std::string this_process() {
  std::array<char, 256> host = {};
  const bool named = ::gethostname(host.data(), host.size() - 1) == 0;
  return "process " + std::to_string(::getpid()) + (named ? " on " + std::string(host.data()) : "");
}

/// What the holder wrote; it may be about to write.
std::string holder(int descriptor) {
  std::array<char, 300> text = {};
  const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
  return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "another process";
}

/// False when the former holder removed the file between our opening and our locking it.
bool is_file_of(int descriptor, const std::string& path) {
  struct stat ours = {};
  struct stat there = {};
  return ::fstat(descriptor, &ours) == 0 && ::stat(path.c_str(), &there) == 0 &&
         ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

}  // namespace

FileLock::FileLock(std::string path, Fault held) : path_(std::move(path)) {
  // Where a file system gives files new numbers at each look, the lock alone has to do.
  constexpr int kMostRounds = 100;
  for (int round = 0; round < kMostRounds; ++round) {
    if (round > 0) {
      ::close(descriptor_);
    }
    descriptor_ = file_calls::open_or_create(path_, path_);
    const int fault = file_calls::lock(descriptor_);
    if (fault == EWOULDBLOCK) {
      held.found = holder(descriptor_) + " holds " + path_;
      ::close(descriptor_);
      throw UsageError(std::move(held));
    }
    if (fault != 0) {
      log_warning("files cannot be locked here, so that nothing keeps two programs apart: " +
                  path_ + ": " + std::generic_category().message(fault));
      return;
    }
    if (is_file_of(descriptor_, path_)) {
      break;
    }
  }
  const std::string process = this_process();
  static_cast<void>(::ftruncate(descriptor_, 0));
  static_cast<void>(::pwrite(descriptor_, process.data(), process.size(), 0));
}

FileLock::~FileLock() {
  ::unlink(path_.c_str());
  ::close(descriptor_);
}

}  // namespace mixvae
