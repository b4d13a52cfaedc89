#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace mixvae {

/// The system calls that safe writing and locking rest on.
enum class FileCall { open, write, fsync, close, rename, lock };

/// Asked before each call; an errno other than 0 makes that call fail with it, without reaching the
/// system.
using FileFault = std::function<int(FileCall)>;

/// Makes calls fail, so that tests can prove what a fault at any point leaves behind. An empty
/// function ends it.
void set_file_fault(FileFault fault);

/// The calls below throw SystemError naming `path`, the call and the system's reason.
namespace file_calls {

/// Creates a new file for writing (fails when it exists) and returns its descriptor.
int create(const std::string& name, const std::string& path);
/// Opens a file for reading and writing, which is made where there is none.
int open_or_create(const std::string& name, const std::string& path);
int open_folder(const std::string& folder, const std::string& path);
/// Writes all bytes, going on after short writes and interrupted calls.
void write_all(int descriptor, std::string_view bytes, const std::string& path);
void sync(int descriptor, const std::string& path);
/// Like sync, but accepts file systems that cannot sync a folder.
void sync_folder(int descriptor, const std::string& path);
/// The descriptor is closed even when this throws.
void close(int descriptor, const std::string& path);
void rename(const std::string& from, const std::string& to, const std::string& path);
/// Locks a file for this process alone (flock) without waiting and without throwing: 0, or the
/// errno of the fault, EWOULDBLOCK where another process has it.
int lock(int descriptor);

}  // namespace file_calls
}  // namespace mixvae
