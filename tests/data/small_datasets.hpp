#pragma once

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "data/dataset.hpp"

namespace mixvae::test {

inline DenseMatrix dense(Index rows, Index columns, std::vector<float> values) {
  DenseMatrix matrix(rows, columns);
  matrix.values = std::move(values);
  return matrix;
}

inline CsrMatrix sparse_of(const DenseMatrix& matrix) {
  CsrMatrix out;
  out.rows = matrix.rows;
  out.columns = matrix.columns;
  for (Index r = 0; r < matrix.rows; ++r) {
    for (Index c = 0; c < matrix.columns; ++c) {
      if (matrix(r, c) != 0.0F) {
        out.column_numbers.push_back(static_cast<std::int32_t>(c));
        out.values.push_back(matrix(r, c));
      }
    }
    out.offsets.push_back(static_cast<Index>(out.values.size()));
  }
  return out;
}

/// Cells C1, C2, ... and features F1, F2, ..., taken as named.
inline Dataset dataset_of(Matrix matrix) {
  Dataset dataset;
  dataset.cells.names = numbered_names("C", row_count(matrix));
  dataset.features.names = numbered_names("F", column_count(matrix));
  dataset.x = std::move(matrix);
  dataset.source.path = "test.h5ad";
  return dataset;
}

/// Whole numbers, mostly zero and small, with features of very different level; no empty rows.
inline DenseMatrix random_counts(Index rows, Index columns, std::uint64_t seed = 1) {
  const Philox random(seed, Purpose::test);
  DenseMatrix matrix(rows, columns);
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; c < columns; ++c) {
      const float u = random.uniform(static_cast<std::uint64_t>(r * columns + c));
      const auto level = static_cast<float>(1 + c % 7);
      matrix(r, c) = u < 0.6F ? 0.0F : std::floor((u - 0.5F) * 4.0F * level * level / 3.0F);
    }
    matrix(r, r % columns) += 1;
  }
  return matrix;
}

/// Runs the function, which must throw `Failure`, and returns its message.
template <class Failure, class Function>
std::string message_of(Function function) {
  try {
    function();
  } catch (const Failure& failure) {
    return failure.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

}  // namespace mixvae::test
