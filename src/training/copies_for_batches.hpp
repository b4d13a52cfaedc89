#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/prepare/augmentation.hpp"
#include "models/batch.hpp"
#include "training/device_matrix.hpp"

namespace mixvae::training {

/// Adds each arm's own copy of the cells to batches: what MatrixBatches takes as augmentation.
/// Copies that are changed rows of a matrix that lives on the device are made there; others
/// (thinned counts, projections) on the host.
class CopiesForBatches {
 public:
  /// The copies must outlive the object, and be of the matrix that batches are of.
  /// `original_target`: the cells themselves are reconstructed.
  CopiesForBatches(const CopyMaker& copies, Index arms, bool original_target);

  void operator()(std::span<const Index> rows, models::Batch& batch, const DeviceMatrix* resident);

 private:
  void add_dense(std::span<const Index> rows, std::uint64_t step, models::View& view) const;
  void add_sparse(std::span<const Index> rows, std::uint64_t step, models::View& view);
  bool add_on_device(std::span<const Index> rows, const DeviceMatrix& resident, std::uint64_t step,
                     models::View& view);
  Index arms() const { return static_cast<Index>(sparse_.size()); }

  const CopyMaker& copies_;
  bool original_target_;
  std::vector<CsrMatrix> sparse_;  // [A] buffers of the latest batch
  torch::Tensor on_device_;        // [A, B, D] the same
};

}  // namespace mixvae::training
