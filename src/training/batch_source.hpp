#pragma once

#include <cstdint>
#include <span>

#include "data/matrix.hpp"
#include "models/model.hpp"

namespace mixvae::training {

/// Builds what a model sees from row numbers of the data.
class BatchSource {
 public:
  virtual ~BatchSource() = default;

  virtual Index cells() const = 0;
  /// Memory that the data themselves take.
  virtual std::int64_t bytes() const = 0;
  /// Whether batches say something of pairs of their cells.
  virtual bool has_pairs() const { return false; }
  /// A training batch of these rows, with augmented copies where there are any; a pure function of
  /// rows and step. Valid until the next call.
  virtual models::Batch training_batch(std::span<const Index> rows, std::uint64_t step) = 0;
  /// The same rows as they are. Valid until the next call.
  virtual models::Batch evaluation_batch(std::span<const Index> rows) = 0;
};

}  // namespace mixvae::training
