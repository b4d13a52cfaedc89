#include "data/matrix.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "base/parallel.hpp"

namespace mixvae {
namespace {

constexpr Index kRowGrain = 256;

CsrMatrix select_sparse_rows(const CsrMatrix& matrix, std::span<const Index> rows) {
  CsrMatrix out;
  out.rows = static_cast<Index>(rows.size());
  out.columns = matrix.columns;
  out.offsets.resize(rows.size() + 1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.offsets[i + 1] = out.offsets[i] + static_cast<Index>(matrix.row(rows[i]).values.size());
  }
  out.column_numbers.resize(at(out.nonzeros()));
  out.values.resize(at(out.nonzeros()));
  parallel_for(out.rows, kRowGrain, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      const SparseRow row = matrix.row(rows[at(i)]);
      std::copy(row.columns.begin(), row.columns.end(),
                out.column_numbers.begin() + out.offsets[at(i)]);
      std::copy(row.values.begin(), row.values.end(), out.values.begin() + out.offsets[at(i)]);
    }
  });
  return out;
}

DenseMatrix select_dense_rows(const DenseMatrix& matrix, std::span<const Index> rows) {
  DenseMatrix out(static_cast<Index>(rows.size()), matrix.columns);
  for (Index i = 0; i < out.rows; ++i) {
    std::ranges::copy(matrix.row(rows[at(i)]), out.row(i).begin());
  }
  return out;
}

/// Position of each old column in the new order, or -1 where it is dropped.
std::vector<Index> new_positions(Index old_count, std::span<const Index> columns) {
  std::vector<Index> position(at(old_count), -1);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] == -1) {
      continue;
    }
    MIXVAE_ASSERT(columns[i] >= 0 && columns[i] < old_count, "selected column out of range");
    MIXVAE_ASSERT(position[at(columns[i])] == -1, "column selected twice");
    position[at(columns[i])] = static_cast<Index>(i);
  }
  return position;
}

CsrMatrix select_sparse_columns(const CsrMatrix& matrix, std::span<const Index> columns) {
  const std::vector<Index> position = new_positions(matrix.columns, columns);
  CsrMatrix out;
  out.rows = matrix.rows;
  out.columns = static_cast<Index>(columns.size());
  out.offsets.resize(at(matrix.rows) + 1);
  // Arrays that grow leave their smaller forms behind, which together are as large again.
  const auto kept = std::ranges::count_if(
      matrix.column_numbers, [&](std::int32_t column) { return position[at(column)] >= 0; });
  out.column_numbers.reserve(static_cast<std::size_t>(kept));
  out.values.reserve(static_cast<std::size_t>(kept));
  for (Index r = 0; r < matrix.rows; ++r) {
    const SparseRow row = matrix.row(r);
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      const Index target = position[at(row.columns[i])];
      if (target >= 0) {
        out.column_numbers.push_back(static_cast<std::int32_t>(target));
        out.values.push_back(row.values[i]);
      }
    }
    out.offsets[at(r) + 1] = static_cast<Index>(out.values.size());
  }
  sort_and_merge(out);
  return out;
}

DenseMatrix select_dense_columns(const DenseMatrix& matrix, std::span<const Index> columns) {
  const std::vector<Index> position = new_positions(matrix.columns, columns);
  DenseMatrix out(matrix.rows, static_cast<Index>(columns.size()));
  for (Index r = 0; r < matrix.rows; ++r) {
    const auto row = matrix.row(r);
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (position[c] >= 0) {
        out(r, position[c]) = row[c];
      }
    }
  }
  return out;
}

bool strictly_rising(std::span<const std::int32_t> columns) {
  return std::ranges::adjacent_find(columns, std::greater_equal<>{}) == columns.end();
}

/// Sorts one row by column and adds up duplicates; returns how many entries remain.
Index sort_and_merge_row(std::span<std::int32_t> columns, std::span<float> values) {
  std::vector<std::size_t> order(columns.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return columns[i]; });
  std::vector<std::int32_t> sorted_columns;
  std::vector<float> sorted_values;
  for (const std::size_t i : order) {
    if (!sorted_columns.empty() && sorted_columns.back() == columns[i]) {
      sorted_values.back() += values[i];
    } else {
      sorted_columns.push_back(columns[i]);
      sorted_values.push_back(values[i]);
    }
  }
  std::ranges::copy(sorted_columns, columns.begin());
  std::ranges::copy(sorted_values, values.begin());
  return static_cast<Index>(sorted_columns.size());
}

}  // namespace

Index row_count(const Matrix& matrix) {
  return std::visit([](const auto& m) { return m.rows; }, matrix);
}

Index column_count(const Matrix& matrix) {
  return std::visit([](const auto& m) { return m.columns; }, matrix);
}

Index count_nonzeros(const Matrix& matrix) {
  const auto& values =
      std::visit([](const auto& m) -> const std::vector<float>& { return m.values; }, matrix);
  return std::ranges::count_if(values, [](float value) { return value != 0.0F; });
}

void sort_and_merge(CsrMatrix& matrix) {
  Index write = 0;
  for (Index r = 0; r < matrix.rows; ++r) {
    const Index begin = matrix.offsets[at(r)];
    const Index end = matrix.offsets[at(r) + 1];
    const std::span columns(matrix.column_numbers.data() + begin, at(end - begin));
    const std::span values(matrix.values.data() + begin, at(end - begin));
    const Index kept = strictly_rising(columns) ? end - begin : sort_and_merge_row(columns, values);
    std::copy_n(columns.begin(), kept, matrix.column_numbers.begin() + write);
    std::copy_n(values.begin(), kept, matrix.values.begin() + write);
    matrix.offsets[at(r)] = write;
    write += kept;
  }
  matrix.offsets.back() = write;
  matrix.column_numbers.resize(at(write));
  matrix.values.resize(at(write));
}

CsrMatrix transpose(const CsrMatrix& matrix) {
  CsrMatrix out;
  out.rows = matrix.columns;
  out.columns = matrix.rows;
  out.offsets.assign(at(matrix.columns) + 1, 0);
  for (const std::int32_t column : matrix.column_numbers) {
    ++out.offsets[at(column) + 1];
  }
  std::partial_sum(out.offsets.begin(), out.offsets.end(), out.offsets.begin());
  out.column_numbers.resize(matrix.values.size());
  out.values.resize(matrix.values.size());
  std::vector<Index> next(out.offsets.begin(), out.offsets.end() - 1);
  for (Index r = 0; r < matrix.rows; ++r) {
    const SparseRow row = matrix.row(r);
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      const std::size_t target = at(next[at(row.columns[i])]++);
      out.column_numbers[target] = static_cast<std::int32_t>(r);
      out.values[target] = row.values[i];
    }
  }
  return out;
}

DenseMatrix transpose(const DenseMatrix& matrix) {
  DenseMatrix out(matrix.columns, matrix.rows);
  for (Index r = 0; r < matrix.rows; ++r) {
    for (Index c = 0; c < matrix.columns; ++c) {
      out(c, r) = matrix(r, c);
    }
  }
  return out;
}

Matrix select_rows(const Matrix& matrix, std::span<const Index> rows) {
  for (const Index r : rows) {
    MIXVAE_ASSERT(r >= 0 && r < row_count(matrix), "selected row out of range");
  }
  if (const auto* sparse = std::get_if<CsrMatrix>(&matrix)) {
    return select_sparse_rows(*sparse, rows);
  }
  return select_dense_rows(std::get<DenseMatrix>(matrix), rows);
}

Matrix select_columns(const Matrix& matrix, std::span<const Index> columns) {
  if (const auto* sparse = std::get_if<CsrMatrix>(&matrix)) {
    return select_sparse_columns(*sparse, columns);
  }
  return select_dense_columns(std::get<DenseMatrix>(matrix), columns);
}

DenseMatrix to_dense(const Matrix& matrix) {
  std::vector<Index> rows(at(row_count(matrix)));
  std::iota(rows.begin(), rows.end(), Index{0});
  DenseMatrix out(row_count(matrix), column_count(matrix));
  gather_rows(matrix, rows, out.values);
  return out;
}

void gather_rows(const Matrix& matrix, std::span<const Index> rows, std::span<float> out) {
  const Index columns = column_count(matrix);
  MIXVAE_ASSERT(out.size() == rows.size() * at(columns), "output has one row per chosen row");
  parallel_for(static_cast<Index>(rows.size()), 16, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      float* target = out.data() + i * columns;
      if (const auto* sparse = std::get_if<CsrMatrix>(&matrix)) {
        std::fill_n(target, columns, 0.0F);
        const SparseRow row = sparse->row(rows[at(i)]);
        for (std::size_t j = 0; j < row.values.size(); ++j) {
          target[row.columns[j]] = row.values[j];
        }
      } else {
        std::ranges::copy(std::get<DenseMatrix>(matrix).row(rows[at(i)]), target);
      }
    }
  });
}

void gather_rows(const CsrMatrix& matrix, std::span<const Index> rows, CsrMatrix& out) {
  out.rows = static_cast<Index>(rows.size());
  out.columns = matrix.columns;
  out.offsets.resize(rows.size() + 1);
  out.offsets[0] = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    MIXVAE_ASSERT(rows[i] >= 0 && rows[i] < matrix.rows, "gathered row in range");
    out.offsets[i + 1] = out.offsets[i] + static_cast<Index>(matrix.row(rows[i]).values.size());
  }
  out.column_numbers.resize(at(out.nonzeros()));
  out.values.resize(at(out.nonzeros()));
  parallel_for(out.rows, 64, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      const SparseRow row = matrix.row(rows[at(i)]);
      std::ranges::copy(row.columns, out.column_numbers.begin() + out.offsets[at(i)]);
      std::ranges::copy(row.values, out.values.begin() + out.offsets[at(i)]);
    }
  });
}

}  // namespace mixvae
