#pragma once

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "data/matrix.hpp"

namespace mixvae::support {

/// Whether the lengths fit, offsets rise from 0 to nnz, and column numbers are in range and
/// strictly rising.
inline ::testing::AssertionResult is_valid(const CsrMatrix& matrix) {
  const auto fault = [](const char* what) { return ::testing::AssertionFailure() << what; };
  if (static_cast<Index>(matrix.offsets.size()) != matrix.rows + 1) {
    return fault("not one offset per row and one more");
  }
  if (matrix.offsets.front() != 0 || !std::ranges::is_sorted(matrix.offsets)) {
    return fault("offsets do not rise from 0");
  }
  if (static_cast<Index>(matrix.values.size()) != matrix.offsets.back()) {
    return fault("not one value per non-zero");
  }
  if (matrix.column_numbers.size() != matrix.values.size()) {
    return fault("not one column per non-zero");
  }
  for (Index r = 0; r < matrix.rows; ++r) {
    const auto columns = matrix.row(r).columns;
    if (std::ranges::adjacent_find(columns, std::greater_equal<>{}) != columns.end()) {
      return fault("columns do not rise strictly within a row");
    }
    if (!columns.empty() && (columns.front() < 0 || columns.back() >= matrix.columns)) {
      return fault("column number out of range");
    }
  }
  return ::testing::AssertionSuccess();
}

}  // namespace mixvae::support
