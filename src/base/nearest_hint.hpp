#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mixvae {

/// "nearest: a, b", the names closest to `wanted` (base/text.hpp, nearest_names) after a label, as
/// the hint of a fault; empty when none is near.
std::string nearest_hint(std::string_view wanted, std::span<const std::string> names,
                         std::size_t count = 3, std::string_view label = "nearest: ");

}  // namespace mixvae
