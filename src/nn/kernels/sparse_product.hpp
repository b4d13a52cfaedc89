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

/// Where each row's non-zeros of a block of columns begin: what the products below, and tiles of
/// the output layer, need to take a block of columns at a time.
class ColumnBlocks {
 public:
  /// For sparse rows [rows, columns]; `nonzeros` of all rows, roughly, choose the blocks' width.
  ColumnBlocks(std::int64_t rows, std::int64_t columns, std::int64_t nonzeros);

  /// Looks through the rows first ... last - 1 of x. Once for each row before it is used.
  void locate(const SparseView& x, std::int64_t first, std::int64_t last);

  /// Columns of a block: they divide 512.
  std::int64_t width() const { return width_; }
  std::int64_t columns() const { return columns_; }
  /// Columns that multiply_rows takes at a time, a multiple of width().
  std::int64_t stretch() const { return stretch_; }

  /// [rows] the first non-zero in `column` or to the right of it, counted from the row's begin;
  /// `column` is a multiple of width() or beyond the last one.
  const std::int32_t* begins(std::int64_t column) const {
    return begins_.data() + (column < columns_ ? column / width_ : count_) * rows_;
  }

 private:
  std::int64_t rows_;
  std::int64_t columns_;
  std::int64_t width_;
  std::int64_t stretch_;
  std::int64_t count_;  // of blocks
  std::vector<std::int32_t> begins_;
};

/// The blocks of x [rows, columns], located by all threads.
ColumnBlocks column_blocks(const SparseView& x, std::int64_t rows, std::int64_t columns);

// Dense matrices here are row-major with `width` floats per row, a multiple of 16.

/// out[r - first, :] = sum_j x[r, j] dense[j, :] for the rows first ... last - 1 of x.
void multiply_rows(const SparseView& x, const ColumnBlocks& blocks, std::int64_t first,
                   std::int64_t last, const float* dense, std::int64_t width, float* out);

/// out[j, :] = sum_r x[r, first + j] dense[r, :] for `count` columns of x [rows, columns] from
/// `first` on, a multiple of the blocks' width; `dense` [rows, width].
void multiply_transposed(const SparseView& x, const ColumnBlocks& blocks, std::int64_t rows,
                         std::int64_t first, std::int64_t count, const float* dense,
                         std::int64_t width, float* out);

}  // namespace mixvae::nn::kernels
