#include "app/completions/completions.hpp"

#include "app/completions/shells.hpp"
#include "base/error.hpp"

namespace mixvae::app {

std::string completion_script(const std::string& shell, const Commands& commands) {
  const auto words = completions::command_words(commands);
  if (shell == "bash") {
    return completions::bash_script(words);
  }
  if (shell == "zsh") {
    return completions::zsh_script(words);
  }
  MIXVAE_ASSERT(shell == "fish", "the shell is one of three");
  return completions::fish_script(words);
}

}  // namespace mixvae::app
