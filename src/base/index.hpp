#pragma once

#include <cstddef>
#include <cstdint>

namespace mixvae {

/// Numbers of rows, columns and other things, and their places.
using Index = std::int64_t;

/// A place as standard containers count it.
constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

}  // namespace mixvae
