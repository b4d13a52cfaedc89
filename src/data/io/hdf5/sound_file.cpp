#include "data/io/hdf5/sound_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/log.hpp"
#include "data/io/hdf5/handle.hpp"
#include "data/io/hdf5/walk.hpp"

namespace mixvae::hdf5 {
namespace {

// A sound file takes milliseconds, a large one far less than a second per 100 MB.
constexpr rlim_t kSeconds = 2;
constexpr std::uint64_t kBytesPerSecond = std::uint64_t{16} << 20;
constexpr std::uint64_t kMemory = std::uint64_t{256} << 20;  // and 8 times the file
constexpr std::uint64_t kLeastSample = std::uint64_t{256} << 10;
constexpr std::uint64_t kSampledShare = 64;  // of the file

constexpr int kExitMemory = 3;

/// What tells whether a file is the same as when it was walked through.
struct FileState {
  dev_t device = 0;
  ino_t node = 0;
  off_t size = 0;
  timespec changed = {};

  bool operator==(const FileState& other) const {
    return device == other.device && node == other.node && size == other.size &&
           changed.tv_sec == other.changed.tv_sec && changed.tv_nsec == other.changed.tv_nsec;
  }
};

std::optional<FileState> state_of(const std::string& path) {
  struct stat found = {};
  if (::stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) {
    return std::nullopt;
  }
  return FileState{found.st_dev, found.st_ino, found.st_size, found.st_mtim};
}

/// Bytes of address space that this process has.
std::uint64_t address_space() {
  std::array<char, 64> text = {};
  const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  const ssize_t got = file < 0 ? -1 : ::read(file, text.data(), text.size() - 1);
  if (file >= 0) {
    ::close(file);
  }
  return got <= 0 ? 0
                  : std::strtoull(text.data(), nullptr, 10) *
                        static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void limit(__rlimit_resource_t what, rlim_t value) {
  rlimit now = {};
  ::getrlimit(what, &now);
  now.rlim_cur = std::min(value, now.rlim_max);
  ::setrlimit(what, &now);
}

/// The child's life. After a fork only this thread exists, so nothing here may wait for another
/// one: no log, no OpenMP, no libtorch; memory comes from the C library, whose allocator is made
/// safe across forks, and libhdf5 (built without threads) has no locks. It ends by _exit, which
/// runs nothing that belongs to the parent.
[[noreturn]] void walk_and_leave(const std::string& path, std::uint64_t bytes) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU, SIGTERM, SIGINT}) {
    ::signal(number, SIG_DFL);
  }
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) {  // the C library's last words on a damaged heap
    ::dup2(nowhere, STDERR_FILENO);
    ::dup2(nowhere, STDOUT_FILENO);
  }
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, kSeconds + bytes / kBytesPerSecond);
  const std::uint64_t space = address_space();
  if (space > 0) {
    limit(RLIMIT_AS, space + kMemory + 8 * bytes);
  }
  try {
    const WalkResult result = walk_file(path, std::max(kLeastSample, bytes / kSampledShare));
    ::_exit(result == WalkResult::out_of_memory ? kExitMemory : 0);
  } catch (const std::bad_alloc&) {
    ::_exit(kExitMemory);
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) {
      return 0;
    }
  }
  return status;
}

[[noreturn]] void refuse_damaged(const std::string& path, const std::string& found) {
  throw InputError({.what = "the HDF5 file is damaged",
                    .where = path,
                    .found = found,
                    .expected = "a file whose structure can be walked through",
                    .hint = "fetch or write the file again"});
}

void judge(int status, const std::string& path) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    if (number == SIGINT || number == SIGTERM || number == SIGKILL) {
      return;  // from outside: the parent decides what follows
    }
    refuse_damaged(path, number == SIGXCPU
                             ? "libhdf5 does not come to an end with it"
                             : std::string("libhdf5 fails on it (") + ::strsignal(number) + ")");
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == kExitMemory) {
    refuse_damaged(path, "it claims more memory than it can hold");
  }
}

}  // namespace

void require_sound_file(const std::string& path) {
  static std::mutex mutex;
  static std::map<std::string, FileState> sound;
  const std::optional<FileState> state = state_of(path);
  if (!state) {
    return;  // the reader says why
  }
  const std::lock_guard lock(mutex);
  const auto known = sound.find(path);
  if (known != sound.end() && known->second == *state) {
    return;
  }
  start_library();
  const pid_t child = ::fork();
  if (child == 0) {
    walk_and_leave(path, static_cast<std::uint64_t>(state->size));
  }
  if (child < 0) {
    log_warning("The structure of " + path +
                " could not be checked before reading: " + std::strerror(errno) + ".");
    return;
  }
  judge(wait_for(child), path);
  sound[path] = *state;
}

}  // namespace mixvae::hdf5
