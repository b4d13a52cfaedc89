#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mixvae::models {

/// Widths of a chain of layers: first, then `hidden` so many times.
inline std::vector<std::int64_t> layer_widths(std::int64_t first, std::int64_t hidden,
                                              std::int64_t layers) {
  std::vector<std::int64_t> widths{first};
  widths.insert(widths.end(), static_cast<std::size_t>(layers), hidden);
  return widths;
}

}  // namespace mixvae::models
