#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/prepare/augmentation.hpp"
#include "models/batch.hpp"

namespace mixvae::training {

/// Adds each arm's own copy of the cells to batches: what MatrixBatches takes as augmentation.
class CopiesForBatches {
 public:
  /// The copies must outlive the object. `original_target`: the cells themselves are reconstructed.
  CopiesForBatches(const CopyMaker& copies, Index arms, bool original_target);

  void operator()(std::span<const Index> rows, models::Batch& batch);

 private:
  void add_dense(std::span<const Index> rows, std::uint64_t step, models::View& view) const;
  void add_sparse(std::span<const Index> rows, std::uint64_t step, models::View& view);

  const CopyMaker& copies_;
  bool original_target_;
  std::vector<CsrMatrix> sparse_;  // [A] buffers of the latest batch
};

}  // namespace mixvae::training
