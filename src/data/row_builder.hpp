#pragma once

#include <span>

#include "data/matrix.hpp"

namespace mixvae {

/// Collects a matrix row by row, keeping only what is not zero.
class RowBuilder {
 public:
  explicit RowBuilder(Index columns) { sparse_.columns = columns; }

  /// Appends one row of columns() values.
  void append(std::span<const float> row);
  Index rows() const { return sparse_.rows; }

  /// The matrix, sparse when less than half of its values are non-zero and dense otherwise; leaves
  /// the builder empty.
  Matrix finish();
  /// The same for its transpose.
  Matrix finish_transposed();

 private:
  CsrMatrix sparse_;
};

}  // namespace mixvae
