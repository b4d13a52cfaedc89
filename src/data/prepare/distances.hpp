#pragma once

#include <span>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae {

/// Rows [M,d] laid out for squared_distances: panels of 16 rows, each panel [d,16], the last one
/// padded with zeros.
class PackedRows {
 public:
  static constexpr Index kLanes = 16;

  explicit PackedRows(const DenseMatrix& rows);

  Index rows() const { return rows_; }
  Index columns() const { return columns_; }
  Index panels() const { return (rows_ + kLanes - 1) / kLanes; }
  const float* panel(Index p) const { return values_.data() + p * columns_ * kLanes; }

 private:
  Index rows_;
  Index columns_;
  std::vector<float> values_;
};

/// Squared Euclidean distances from each row of x[begin, end) to the packed rows of panels [first,
/// last): written to out [end - begin, (last - first) * 16], where padded rows give distances to
/// the origin that the caller ignores. Summed as (a - b)^2 over the columns in order, in single
/// precision: no cancellation, exactly zero for equal rows, symmetric, and the same bits for every
/// blocking, thread and processor.
void squared_distances(const DenseMatrix& x, Index begin, Index end, const PackedRows& others,
                       Index first, Index last, std::span<float> out);

}  // namespace mixvae
