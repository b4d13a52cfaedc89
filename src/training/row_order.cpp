#include "training/row_order.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/philox.hpp"

namespace mixvae::training {
namespace {

/// Fisher and Yates' shuffle.
void shuffle(std::vector<Index>& rows, PhiloxStream random) {
  for (std::size_t left = rows.size(); left > 1; --left) {
    std::swap(rows[left - 1], rows[random.integer(left)]);
  }
}

}  // namespace

Split split_cells(Index cells, double validation_share, std::uint64_t seed) {
  std::vector<Index> rows(static_cast<std::size_t>(cells));
  std::iota(rows.begin(), rows.end(), Index{0});
  if (validation_share <= 0 || cells < 4) {
    return {.training = rows, .validation = {}};
  }
  const auto wanted =
      static_cast<Index>(std::llround(validation_share * static_cast<double>(cells)));
  const auto held_out = static_cast<std::ptrdiff_t>(std::clamp<Index>(wanted, 2, cells - 2));
  shuffle(rows, PhiloxStream(seed, Purpose::split));
  Split split{.training = {rows.begin() + held_out, rows.end()},
              .validation = {rows.begin(), rows.begin() + held_out}};
  std::ranges::sort(split.training);
  std::ranges::sort(split.validation);
  return split;
}

std::vector<Index> epoch_order(const std::vector<Index>& rows, std::uint64_t seed,
                               std::int64_t epoch) {
  std::vector<Index> order = rows;
  shuffle(order, PhiloxStream(seed, Purpose::shuffle, static_cast<std::uint64_t>(epoch)));
  return order;
}

}  // namespace mixvae::training
