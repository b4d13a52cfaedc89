#pragma once

#include <string>

namespace mixvae::report::explorer {

/// The explorer's page, which its script fills; `token` goes with the addresses of script and
/// style.
std::string explorer_page(const std::string& title, const std::string& lead,
                          const std::string& token);

}  // namespace mixvae::report::explorer
