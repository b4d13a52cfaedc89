#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mixvae::report::explorer {

/// Features whose names hold these letters, whatever their case, at most `most`: first those whose
/// whole name they are, then those that begin with them.
std::vector<std::string> features_like(const std::vector<std::string>& names,
                                       const std::string& letters, std::size_t most);

}  // namespace mixvae::report::explorer
