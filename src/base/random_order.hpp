#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/index.hpp"
#include "base/philox.hpp"

namespace mixvae {

/// The places 0 ... count - 1 in a random order (Fisher and Yates), the same for the same stream.
inline std::vector<Index> random_order(Index count, const Philox& random) {
  std::vector<Index> order(at(std::max<Index>(count, 0)));
  std::iota(order.begin(), order.end(), Index{0});
  for (Index n = count - 1; n > 0; --n) {
    std::swap(order[at(n)], order[random.integer(at(n), at(n + 1))]);
  }
  return order;
}

}  // namespace mixvae
