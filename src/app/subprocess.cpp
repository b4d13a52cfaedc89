#include "app/subprocess.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/error.hpp"
#include "base/interrupt.hpp"

namespace mixvae::app {
namespace {

struct FileActions {
  posix_spawn_file_actions_t actions = {};
  FileActions(const std::string& out, const std::string& log) {
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0644);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0644);
  }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
};

pid_t spawn(const std::vector<std::string>& command, const std::string& out,
            const std::string& log) {
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) {
    words.push_back(const_cast<char*>(word.c_str()));  // posix_spawn leaves them as they are
  }
  words.push_back(nullptr);
  const FileActions files(out, log);
  pid_t child = 0;
  const int failure =
      posix_spawnp(&child, words[0], &files.actions, nullptr, words.data(), environ);
  if (failure != 0) {
    throw SystemError(
        {.what = "cannot start a program", .where = command[0], .found = std::strerror(failure)});
  }
  return child;
}

int wait_for(pid_t child) {
  bool told = false;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (interrupt_signal() != 0 && !told) {
      kill(child, SIGTERM);
      told = true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& command, const std::string& log) {
  MIXVAE_ASSERT(!command.empty(), "a program has a name");
  const std::string out = log + ".stdout";
  const auto begin = std::chrono::steady_clock::now();
  std::filesystem::remove(out);  // a child of a killed program may still write into it
  ProcessResult result;
  result.exit_code = wait_for(spawn(command, out, log));
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::ifstream file(out, std::ios::binary);
  result.output.assign(std::istreambuf_iterator<char>(file), {});
  std::filesystem::remove(out);
  throw_if_interrupted();
  return result;
}

std::string own_program() { return std::filesystem::canonical("/proc/self/exe").string(); }

}  // namespace mixvae::app
