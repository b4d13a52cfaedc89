#include "data/simulate/type_sizes.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"

namespace mixvae {
namespace {

std::vector<Index> even_sizes(Index cells, Index types) {
  std::vector<Index> sizes(static_cast<std::size_t>(types), cells / types);
  std::fill_n(sizes.begin(), cells % types, cells / types + 1);
  return sizes;
}

std::vector<Index> curved_sizes(Index types, Index largest, Index smallest, double curvature) {
  std::vector<Index> sizes;
  const double ratio = static_cast<double>(largest) / static_cast<double>(smallest);
  for (Index k = 0; k < types; ++k) {
    const double left = 1.0 - static_cast<double>(k) / static_cast<double>(types - 1);
    sizes.push_back(
        std::llround(static_cast<double>(smallest) * std::pow(ratio, std::pow(left, curvature))));
  }
  return sizes;
}

Index total(const std::vector<Index>& sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), Index{0});
}

/// Spreads the few cells that rounding left over or took too many of over the inner types, keeping
/// the order.
void settle(std::vector<Index>& sizes, Index missing) {
  const std::vector<Index> before = sizes;
  const std::size_t inner = sizes.size() - 2;
  for (std::size_t step = 0; missing != 0; ++step) {
    MIXVAE_ASSERT(inner > 0 && step < 1000 * inner, "the sizes can be settled");
    Index& size = sizes[1 + step % inner];
    const Index moved = size + (missing > 0 ? 1 : -1);
    if (moved >= sizes.back() && moved <= sizes.front()) {
      missing -= moved - size;
      size = moved;
    }
  }
  std::sort(sizes.begin() + 1, sizes.end() - 1, std::greater<>{});
}

void require_possible(Index cells, Index types, Index largest, Index smallest) {
  const Index middle = types - 2;
  const bool possible = types >= 2 && smallest >= 1 && largest >= smallest &&
                        cells >= largest + smallest + middle * smallest &&
                        cells <= largest + smallest + middle * largest;
  if (!possible) {
    throw UsageError({.what = "there are no type sizes with this sum, largest and smallest",
                      .found = std::to_string(cells) + " cells in " + std::to_string(types) +
                               " types from " + std::to_string(largest) + " down to " +
                               std::to_string(smallest) + " cells",
                      .expected = "smallest >= 1, and a mean size between smallest and largest",
                      .hint = "--largest-type 0 --smallest-type 0 makes even sizes"});
  }
}

}  // namespace

std::vector<Index> type_sizes(Index cells, Index types, Index largest, Index smallest) {
  if (largest == 0 && smallest == 0) {
    return even_sizes(cells, types);
  }
  require_possible(cells, types, largest, smallest);
  double low = -6;
  double high = 6;
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    const bool too_many = total(curved_sizes(types, largest, smallest, std::exp(middle))) > cells;
    (too_many ? low : high) = middle;
  }
  std::vector<Index> sizes = curved_sizes(types, largest, smallest, std::exp(high));
  settle(sizes, cells - total(sizes));
  return sizes;
}

}  // namespace mixvae
