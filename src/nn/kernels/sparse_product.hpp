#pragma once

#include <cstdint>
#include <vector>

namespace mixvae::nn::kernels {

/// Sparse rows as the kernels read them: the non-zeros of row r are at begins[r] ... ends[r] - 1,
/// columns rising.
struct SparseView {
  const std::int64_t* begins;
  const std::int64_t* ends;
  const std::int32_t* columns;
  const float* values;
};

// Dense matrices here are row-major with `width` floats per row, a multiple of 16.

/// out[r - first, :] = sum_j x[r, j] dense[j, :] for the rows first ... last - 1 of x [B, columns].
void multiply_rows(const SparseView& x, std::int64_t first, std::int64_t last, std::int64_t columns,
                   const float* dense, std::int64_t width, float* out);

/// x' dense for sparse x [rows, columns], from left to right: one object serves a stretch of x's
/// columns, and every dense factor.
class TransposedProduct {
 public:
  /// Begins at column `first`.
  TransposedProduct(const SparseView& x, std::int64_t rows, std::int64_t first);

  /// Goes on to the next `count` columns.
  void advance(std::int64_t count);

  /// out[j, :] = sum_r x[r, first + j] dense[r, :] for these columns; `dense` [rows, width].
  void multiply(const float* dense, std::int64_t width, float* out) const;

 private:
  SparseView x_;
  std::int64_t next_column_;
  std::vector<std::int64_t> next_;    // [rows] each row's first non-zero from next_column_ on
  std::vector<std::int32_t> begins_;  // where the columns begin in what follows, and one more
  std::vector<std::int32_t> rows_;
  std::vector<float> values_;
};

/// Each row's first non-zero in column `column` or to the right of it, [rows].
std::vector<std::int64_t> starts_of_rows(const SparseView& x, std::int64_t rows,
                                         std::int64_t column);

}  // namespace mixvae::nn::kernels
