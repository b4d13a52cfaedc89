#pragma once

#include <cstdint>

#include "data/matrix.hpp"
#include "nn/kernels/sparse_product.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {

/// Rows of a sparse matrix on the CPU, [B, D] in compressed rows, as a batch carries them from the
/// data to the first layer. Copies share memory.
struct SparseRows {
  std::int64_t columns = 0;           // D
  torch::Tensor offsets = {};         // [B + 1] int64
  torch::Tensor column_numbers = {};  // [nnz] int32, rising within a row
  torch::Tensor values = {};          // [nnz] float

  bool defined() const { return offsets.defined(); }
  std::int64_t rows() const { return offsets.size(0) - 1; }
  std::int64_t nonzeros() const { return values.size(0); }

  /// [B, D].
  torch::Tensor to_dense() const;
  kernels::SparseView view() const;
};

/// The rows of a matrix, which must outlive them, without a copy.
SparseRows sparse_rows(CsrMatrix& matrix);

}  // namespace mixvae::nn
