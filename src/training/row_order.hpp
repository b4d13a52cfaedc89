#pragma once

#include <cstdint>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::training {

/// Cells to learn from and cells held out, each in rising order.
struct Split {
  std::vector<Index> training;
  std::vector<Index> validation;
};

/// Holds out round(share * cells) cells chosen at random by the seed; at least 2 when the share is
/// not 0, so that a batch can be made of them, and none when fewer than 2 would be left to learn
/// from.
Split split_cells(Index cells, double validation_share, std::uint64_t seed);

/// The rows in the random order of one epoch, a pure function of (rows, seed, epoch).
std::vector<Index> epoch_order(const std::vector<Index>& rows, std::uint64_t seed,
                               std::int64_t epoch);

}  // namespace mixvae::training
