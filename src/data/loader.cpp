#include "data/loader.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/philox.hpp"

namespace mixvae {
namespace {

std::vector<Index> shuffled(Index count, PhiloxStream random) {
  std::vector<Index> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), Index{0});
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[random.integer(i)]);
  }
  return order;
}

Index validation_count(Index count, double share) {
  if (share <= 0) {
    return 0;
  }
  const auto wanted = static_cast<Index>(std::llround(share * static_cast<double>(count)));
  const Index held_out = std::max<Index>(wanted, 2);
  return count - held_out < 2 ? 0 : held_out;
}

}  // namespace

std::vector<Index> random_order(Index count, std::uint64_t seed, std::uint64_t epoch) {
  return shuffled(count, PhiloxStream(seed, Purpose::shuffle, epoch));
}

CellSplit split_cells(Index count, double share, std::uint64_t seed) {
  MIXVAE_ASSERT(share >= 0 && share < 1, "the share of held-out cells is in [0, 1)");
  const std::vector<Index> order = shuffled(count, PhiloxStream(seed, Purpose::split));
  const auto cut = order.begin() + validation_count(count, share);
  CellSplit split{{cut, order.end()}, {order.begin(), cut}};
  std::ranges::sort(split.training);
  std::ranges::sort(split.validation);
  return split;
}

BatchLoader::BatchLoader(std::vector<Index> rows, Index batch_size, std::uint64_t seed)
    : rows_(std::move(rows)),
      batch_rows_(std::min(batch_size, static_cast<Index>(rows_.size()))),
      batches_(batch_rows_ > 0 ? static_cast<Index>(rows_.size()) / batch_rows_ : 0),
      seed_(seed) {
  MIXVAE_ASSERT(batch_size >= 1 && !rows_.empty(), "batches need rows");
}

std::span<const Index> BatchLoader::batch(std::uint64_t epoch, Index number) {
  MIXVAE_ASSERT(number >= 0 && number < batches_, "batch number in range");
  if (order_.empty() || epoch != epoch_) {
    order_ = random_order(static_cast<Index>(rows_.size()), seed_, epoch);
    std::ranges::transform(order_, order_.begin(),
                           [&](Index i) { return rows_[static_cast<std::size_t>(i)]; });
    epoch_ = epoch;
  }
  return std::span(order_).subspan(static_cast<std::size_t>(number * batch_rows_),
                                   static_cast<std::size_t>(batch_rows_));
}

}  // namespace mixvae
