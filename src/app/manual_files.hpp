#pragma once

#include <string>

#include "app/command.hpp"

namespace mixvae::app {

/// Writes man pages and completions below a folder, where systems have them below /usr/share:
/// man/man1, bash-completion/completions, zsh/site-functions, fish/vendor_completions.d. Throws
/// SystemError.
void write_manuals(const std::string& folder, const Commands& commands);

}  // namespace mixvae::app
