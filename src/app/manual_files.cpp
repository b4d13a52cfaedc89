#include "app/manual_files.hpp"

#include <filesystem>

#include "app/completions/completions.hpp"
#include "app/man_pages.hpp"
#include "app/version.hpp"
#include "base/atomic_file.hpp"

namespace mixvae::app {

void write_manuals(const std::string& folder, const Commands& commands) {
  const auto write = [&folder](const std::string& name, const std::string& text) {
    const std::filesystem::path path = std::filesystem::path(folder) / name;
    std::filesystem::create_directories(path.parent_path());
    write_atomically(path, text);
  };
  for (const ManPage& page :
       man_pages(commands, std::string(commit_date()), std::string(version()))) {
    write("man/man1/" + page.name + ".1", page.text);
  }
  write("bash-completion/completions/mixvae", completion_script("bash", commands));
  write("zsh/site-functions/_mixvae", completion_script("zsh", commands));
  write("fish/vendor_completions.d/mixvae.fish", completion_script("fish", commands));
}

}  // namespace mixvae::app
