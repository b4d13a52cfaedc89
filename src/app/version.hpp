#pragma once

#include <string_view>

namespace mixvae::app {

/// Of the program, as in CMakeLists.txt.
inline constexpr std::string_view kVersion = MIXVAE_VERSION;

}  // namespace mixvae::app
