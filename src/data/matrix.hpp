#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "base/index.hpp"

namespace mixvae {

/// Dense matrix [rows, columns] of float, row-major.
struct DenseMatrix {
  Index rows = 0;
  Index columns = 0;
  std::vector<float> values;

  DenseMatrix() = default;
  DenseMatrix(Index row_count, Index column_count)
      : rows(row_count),
        columns(column_count),
        values(static_cast<std::size_t>(row_count * column_count)) {}

  std::span<float> row(Index r) {
    return {values.data() + r * columns, static_cast<std::size_t>(columns)};
  }
  std::span<const float> row(Index r) const {
    return {values.data() + r * columns, static_cast<std::size_t>(columns)};
  }
  float& operator()(Index r, Index c) { return values[static_cast<std::size_t>(r * columns + c)]; }
  float operator()(Index r, Index c) const {
    return values[static_cast<std::size_t>(r * columns + c)];
  }
};

/// The non-zeros of one row.
struct SparseRow {
  std::span<const std::int32_t> columns;
  std::span<const float> values;
};

/// Sparse matrix [rows, columns] in compressed rows with 64-bit offsets. Column numbers rise
/// strictly within a row.
struct CsrMatrix {
  Index rows = 0;
  Index columns = 0;
  std::vector<Index> offsets = {0};          // [rows + 1]
  std::vector<std::int32_t> column_numbers;  // [nnz]
  std::vector<float> values;                 // [nnz]

  Index nonzeros() const { return offsets.back(); }
  SparseRow row(Index r) const {
    const auto begin = static_cast<std::size_t>(offsets[static_cast<std::size_t>(r)]);
    const auto size = static_cast<std::size_t>(offsets[static_cast<std::size_t>(r) + 1]) - begin;
    return {{column_numbers.data() + begin, size}, {values.data() + begin, size}};
  }
};

/// A data matrix [cells, features], dense or sparse as its file held it.
using Matrix = std::variant<DenseMatrix, CsrMatrix>;

Index row_count(const Matrix& matrix);
Index column_count(const Matrix& matrix);

/// Number of stored values that are not zero.
Index count_nonzeros(const Matrix& matrix);

/// Sorts the columns within each row and adds up duplicates, in place. Column numbers must be in
/// range.
void sort_and_merge(CsrMatrix& matrix);

/// The transpose, [columns, rows], by counting; columns of the result rise strictly when rows of
/// the input do.
CsrMatrix transpose(const CsrMatrix& matrix);
DenseMatrix transpose(const DenseMatrix& matrix);

/// The chosen rows, in the given order (repetition allowed). Throws Bug when a row is out of range.
Matrix select_rows(const Matrix& matrix, std::span<const Index> rows);

/// The chosen columns, in the given order; -1 stands for a column of zeros. Throws Bug when out of
/// range or repeated.
Matrix select_columns(const Matrix& matrix, std::span<const Index> columns);

/// Dense copy [rows, columns]: for small results and tests; nothing densifies a whole data set on
/// the main path.
DenseMatrix to_dense(const Matrix& matrix);

/// Writes rows[i] of the matrix to out[i, :] (out is [rows.size(), columns], zeroed first where the
/// input is sparse).
void gather_rows(const Matrix& matrix, std::span<const Index> rows, std::span<float> out);

/// The same rows of a sparse matrix, sparse: out's memory is used again.
void gather_rows(const CsrMatrix& matrix, std::span<const Index> rows, CsrMatrix& out);

/// Calls visit(column, value) for each stored value of one row.
template <class Visit>
void for_each_value(const Matrix& matrix, Index r, Visit&& visit) {
  if (const auto* sparse = std::get_if<CsrMatrix>(&matrix)) {
    const SparseRow row = sparse->row(r);
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      visit(static_cast<Index>(row.columns[i]), row.values[i]);
    }
  } else {
    const auto row = std::get<DenseMatrix>(matrix).row(r);
    for (std::size_t c = 0; c < row.size(); ++c) {
      visit(static_cast<Index>(c), row[c]);
    }
  }
}

}  // namespace mixvae
