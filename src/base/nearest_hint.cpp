#include "base/nearest_hint.hpp"

#include "base/text.hpp"

namespace mixvae {

std::string nearest_hint(std::string_view wanted, std::span<const std::string> names,
                         std::size_t count, std::string_view label) {
  const std::string nearest = join(nearest_names(wanted, names, count), ", ");
  return nearest.empty() ? "" : std::string(label) + nearest;
}

}  // namespace mixvae
