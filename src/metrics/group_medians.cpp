#include "metrics/group_medians.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>

namespace mixvae::metrics {
namespace {

/// Cells of one side: `nonzero(i)` is the i-th of their non-zero values by rising value, of which
/// `negative` are below zero.
template <class Nonzero>
double median_of(Index cells, Index nonzeros, Index negative, Nonzero nonzero) {
  if (cells == 0) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const Index zeros = cells - nonzeros;
  const auto value = [&](Index rank) {
    if (rank < negative) {
      return static_cast<double>(nonzero(rank));
    }
    return rank < negative + zeros ? 0.0 : static_cast<double>(nonzero(rank - zeros));
  };
  return (value((cells - 1) / 2) + value(cells / 2)) / 2;
}

/// Where the values of a group stand among all, rising.
using Places = std::vector<std::int64_t>;

/// The place among all values of the n-th value that is not at one of `places`.
Index place_outside(const Places& places, Index n) {
  Index begin = 0;
  auto end = static_cast<Index>(places.size());
  while (begin < end) {  // how many of the group stand before it
    const Index middle = (begin + end) / 2;
    if (places[at(middle)] - middle <= n) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return n + begin;
}

}  // namespace

GroupMedians group_medians(std::span<const GroupedValue> values, std::span<const Index> sizes) {
  std::vector<Places> places(sizes.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    places[at(values[i].group)].push_back(static_cast<std::int64_t>(i));
  }
  const auto nonzeros = static_cast<Index>(values.size());
  const Index negative =
      std::ranges::lower_bound(values, 0.0F, {}, &GroupedValue::value) - values.begin();
  const Index cells = std::accumulate(sizes.begin(), sizes.end(), Index{0});
  GroupMedians medians;
  for (std::size_t g = 0; g < sizes.size(); ++g) {
    const Places& own = places[g];
    const auto count = static_cast<Index>(own.size());
    const Index own_negative = std::ranges::lower_bound(own, negative) - own.begin();
    medians.inside.push_back(median_of(sizes[g], count, own_negative,
                                       [&](Index n) { return values[at(own[at(n)])].value; }));
    medians.outside.push_back(
        median_of(cells - sizes[g], nonzeros - count, negative - own_negative,
                  [&](Index n) { return values[at(place_outside(own, n))].value; }));
  }
  return medians;
}

}  // namespace mixvae::metrics
