#include "base/file_calls.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"

namespace mixvae {
namespace {

FileFault current_fault;

/// True when a test wants this call to fail; errno is then set.
bool fails(FileCall call) {
  const int number = current_fault ? current_fault(call) : 0;
  if (number != 0) {
    errno = number;
  }
  return number != 0;
}

std::string advice(int number) {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
      return "free some space or write elsewhere";
    case EACCES:
    case EPERM:
    case EROFS:
      return "choose a folder that you may write to";
    case ENOENT:
      return "make the folder first";
    default:
      return "";
  }
}

[[noreturn]] void refuse(const std::string& path, const char* call) {
  const int number = errno;
  throw SystemError({.what = "cannot write " + path,
                     .found = std::string(call) +
                              " failed: " + std::generic_category().message(number) + " (errno " +
                              std::to_string(number) + ")",
                     .hint = advice(number)});
}

int opened(const std::string& name, int flags, const std::string& path) {
  const int descriptor = fails(FileCall::open) ? -1 : ::open(name.c_str(), flags | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    refuse(path, "open");
  }
  return descriptor;
}

}  // namespace

void set_file_fault(FileFault fault) { current_fault = std::move(fault); }

namespace file_calls {

int create(const std::string& name, const std::string& path) {
  return opened(name, O_WRONLY | O_CREAT | O_EXCL, path);
}

int open_or_create(const std::string& name, const std::string& path) {
  return opened(name, O_RDWR | O_CREAT, path);
}

int open_folder(const std::string& folder, const std::string& path) {
  return opened(folder, O_RDONLY | O_DIRECTORY, path);
}

void write_all(int descriptor, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written =
        fails(FileCall::write) ? -1 : ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      refuse(path, "write");
    }
    bytes.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
  }
}

void sync(int descriptor, const std::string& path) {
  if (fails(FileCall::fsync) || ::fsync(descriptor) != 0) {
    refuse(path, "fsync");
  }
}

void sync_folder(int descriptor, const std::string& path) {
  if ((fails(FileCall::fsync) || ::fsync(descriptor) != 0) && errno != EINVAL && errno != ENOTSUP) {
    refuse(path, "fsync of the folder");
  }
}

void close(int descriptor, const std::string& path) {
  const bool wanted_fault = fails(FileCall::close);
  const int number = errno;
  const bool failed = ::close(descriptor) != 0;
  if (wanted_fault) {
    errno = number;
  }
  if (wanted_fault || failed) {
    refuse(path, "close");
  }
}

void rename(const std::string& from, const std::string& to, const std::string& path) {
  if (fails(FileCall::rename) || std::rename(from.c_str(), to.c_str()) != 0) {
    refuse(path, "rename");
  }
}

int lock(int descriptor) {
  while (fails(FileCall::lock) || ::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace file_calls
}  // namespace mixvae
