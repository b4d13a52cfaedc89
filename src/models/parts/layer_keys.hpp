#pragma once

#include <cstdint>
#include <utility>

namespace mixvae::models {

/// Keys of the random numbers that layers start from: each layer of a model has one of its own, in
/// the order in which the model makes them.
struct LayerKeys {
  std::uint64_t seed = 0;
  std::uint64_t next = 0;

  /// The first of `count` keys.
  std::uint64_t take(std::uint64_t count = 1) { return std::exchange(next, next + count); }
};

}  // namespace mixvae::models
