#pragma once

#include "models/model.hpp"

namespace mixvae::training {

/// A batch whose tensors stay where they are while their values change, for steps that a device
/// repeats by itself, in the form that it can repeat. It has the tensors of the first batch it is
/// given; later ones must have the same, of the same shapes.
class FixedBatch {
 public:
  /// Takes over the values: tensors that are in place already (buffers of the source) as they are,
  /// others by a copy. For dense batches. A batch of other tensors is a bug.
  void set(const models::Batch& batch);
  const models::Batch& batch() const { return fixed_; }
  /// The next batch is a first one.
  void forget() { fixed_ = {}; }

 private:
  static void take_over(const torch::Tensor& value, torch::Tensor& place);

  models::Batch fixed_;
};

}  // namespace mixvae::training
