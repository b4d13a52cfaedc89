#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae {

/// The numbers 0 ... count - 1 in random order: Fisher-Yates on the shuffle stream of (seed,
/// epoch).
std::vector<Index> random_order(Index count, std::uint64_t seed, std::uint64_t epoch);

/// Cells to learn from and cells held out; both rising, together all cells.
struct CellSplit {
  std::vector<Index> training;
  std::vector<Index> validation;
};

/// Holds out round(share * count) random cells, the same for the same seed: at least 2, and none at
/// all when share is 0 or when fewer than 2 cells would be left to learn from. share in [0, 1).
CellSplit split_cells(Index count, double share, std::uint64_t seed);

/// Batches of an epoch. Every batch has the same number of rows, because batch statistics and the
/// objective's scale depend on it: the last incomplete batch is dropped (other cells each epoch,
/// since the order changes). Fewer rows than one batch make a single batch of all rows. Everything
/// is a pure function of (rows, batch size, seed, epoch), so that a resumed run continues exactly;
/// only the order of the epoch last asked for is kept.
class BatchLoader {
 public:
  /// rows: the cells to draw from, at least one; batch_size at least 1.
  BatchLoader(std::vector<Index> rows, Index batch_size, std::uint64_t seed);

  /// Rows in every batch: the batch size, or all rows when they are fewer.
  Index batch_rows() const { return batch_rows_; }
  Index batches_per_epoch() const { return batches_; }

  /// The rows of one batch of one epoch; number in [0, batches_per_epoch()). The span lives until
  /// the next call.
  std::span<const Index> batch(std::uint64_t epoch, Index number);

 private:
  std::vector<Index> rows_;
  Index batch_rows_;
  Index batches_;
  std::uint64_t seed_;
  std::uint64_t epoch_ = 0;
  std::vector<Index> order_;  // rows_ in the order of epoch_; empty before the first batch
};

}  // namespace mixvae
