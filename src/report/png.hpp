#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/index.hpp"

namespace mixvae::report {

/// A PNG file of grey values [height, width], 8 bits each, 0 black. A bug where the sizes do not
/// fit or are 0.
std::string grey_png(std::span<const std::uint8_t> pixels, Index width, Index height);

/// Bytes as text of RFC 4648, with padding.
std::string base64(std::string_view bytes);

}  // namespace mixvae::report
