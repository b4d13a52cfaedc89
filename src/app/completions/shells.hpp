#pragma once

#include <string>
#include <vector>

#include "app/completions/words.hpp"

namespace mixvae::app::completions {

/// For bash, which reads it with `source`, or by itself from bash-completion/completions/mixvae.
std::string bash_script(const std::vector<CommandWords>& commands);

/// For zsh, as the file _mixvae in a folder of fpath.
std::string zsh_script(const std::vector<CommandWords>& commands);

/// For fish, as the file mixvae.fish in a folder of completions.
std::string fish_script(const std::vector<CommandWords>& commands);

}  // namespace mixvae::app::completions
