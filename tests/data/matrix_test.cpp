#include "data/matrix.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "support/valid_matrix.hpp"

namespace mixvae {
namespace matrix_test {

using ::testing::ElementsAre;

/// A random matrix in both forms.
DenseMatrix random_dense(Index rows, Index columns, double share) {
  const Philox philox(11, Purpose::test);
  DenseMatrix matrix(rows, columns);
  for (std::size_t i = 0; i < matrix.values.size(); ++i) {
    if (philox.uniform(2 * i) < share) {
      matrix.values[i] = philox.uniform(2 * i + 1);
    }
  }
  return matrix;
}

CsrMatrix sparse_of(const DenseMatrix& dense) {
  CsrMatrix sparse;
  sparse.rows = dense.rows;
  sparse.columns = dense.columns;
  for (Index r = 0; r < dense.rows; ++r) {
    for (Index c = 0; c < dense.columns; ++c) {
      if (dense(r, c) != 0) {
        sparse.column_numbers.push_back(static_cast<std::int32_t>(c));
        sparse.values.push_back(dense(r, c));
      }
    }
    sparse.offsets.push_back(static_cast<Index>(sparse.values.size()));
  }
  return sparse;
}

class MatrixShapes : public ::testing::TestWithParam<std::pair<Index, Index>> {
 protected:
  DenseMatrix dense_ = random_dense(GetParam().first, GetParam().second, 0.3);
  CsrMatrix sparse_ = sparse_of(dense_);
};

TEST_P(MatrixShapes, BothFormsHoldTheSame) {
  EXPECT_TRUE(support::is_valid(sparse_));
  EXPECT_EQ(to_dense(sparse_).values, dense_.values);
  EXPECT_EQ(to_dense(dense_).values, dense_.values);
  EXPECT_EQ(row_count(sparse_), dense_.rows);
  EXPECT_EQ(column_count(Matrix(sparse_)), dense_.columns);
  EXPECT_EQ(count_nonzeros(sparse_), count_nonzeros(dense_));
}

TEST_P(MatrixShapes, TransposesTwiceToItself) {
  const CsrMatrix turned = transpose(sparse_);
  EXPECT_TRUE(support::is_valid(turned));
  EXPECT_EQ(to_dense(turned).values, transpose(dense_).values);
  const CsrMatrix back = transpose(turned);
  EXPECT_EQ(back.offsets, sparse_.offsets);
  EXPECT_EQ(back.column_numbers, sparse_.column_numbers);
  EXPECT_EQ(back.values, sparse_.values);
}

TEST_P(MatrixShapes, SelectsRowsAndColumnsAlike) {
  std::vector<Index> rows;
  for (Index r = dense_.rows - 1; r >= 0; r -= 2) {
    rows.insert(rows.end(), {r, r});
  }
  const Matrix chosen = select_rows(sparse_, rows);
  EXPECT_TRUE(support::is_valid(std::get<CsrMatrix>(chosen)));
  EXPECT_EQ(to_dense(chosen).values, to_dense(select_rows(dense_, rows)).values);
  std::vector<Index> columns = {-1};
  for (Index c = dense_.columns - 1; c >= 0; c -= 2) {
    columns.push_back(c);
  }
  const Matrix some = select_columns(sparse_, columns);
  EXPECT_TRUE(support::is_valid(std::get<CsrMatrix>(some)));
  EXPECT_EQ(to_dense(some).values, to_dense(select_columns(dense_, columns)).values);
  for (Index r = 0; r < dense_.rows; ++r) {
    EXPECT_EQ(to_dense(some)(r, 0), 0.0F);
    EXPECT_EQ(to_dense(some)(r, 1), dense_(r, dense_.columns - 1));
  }
}

TEST_P(MatrixShapes, VisitsTheValuesOfARow) {
  for (Index r = 0; r < dense_.rows; ++r) {
    std::vector<float> seen(static_cast<std::size_t>(dense_.columns));
    for_each_value(sparse_, r,
                   [&](Index c, float value) { seen[static_cast<std::size_t>(c)] = value; });
    EXPECT_TRUE(std::ranges::equal(seen, dense_.row(r)));
  }
}

INSTANTIATE_TEST_SUITE_P(Awkward, MatrixShapes,
                         ::testing::Values(std::pair<Index, Index>{1, 1},
                                           std::pair<Index, Index>{1, 37},
                                           std::pair<Index, Index>{37, 1},
                                           std::pair<Index, Index>{1003, 17}));

TEST(Matrix, EmptyOnesAreFine) {
  const CsrMatrix none;
  EXPECT_TRUE(support::is_valid(none));
  EXPECT_EQ(count_nonzeros(none), 0);
  EXPECT_EQ(transpose(none).rows, 0);
  EXPECT_EQ(row_count(select_rows(DenseMatrix(3, 2), {})), 0);
}

TEST(Matrix, SortsAndMergesWithinRows) {
  CsrMatrix matrix{3, 4, {0, 4, 4, 6}, {2, 0, 2, 1, 3, 0}, {1, 2, 3, 4, 5, 6}};
  sort_and_merge(matrix);
  EXPECT_TRUE(support::is_valid(matrix));
  EXPECT_THAT(matrix.offsets, ElementsAre(0, 3, 3, 5));
  EXPECT_THAT(matrix.column_numbers, ElementsAre(0, 1, 2, 0, 3));
  EXPECT_THAT(matrix.values, ElementsAre(2, 4, 4, 6, 5));
}

TEST(Matrix, CountsStoredZerosAsZeros) {
  EXPECT_EQ(count_nonzeros(CsrMatrix{1, 2, {0, 2}, {0, 1}, {0, 3}}), 1);
}

TEST(Matrix, InvalidOnesAreBugs) {
  const CsrMatrix good{2, 3, {0, 1, 2}, {0, 2}, {1, 1}};
  const auto broken = [&](auto change) {
    CsrMatrix matrix = good;
    change(matrix);
    EXPECT_FALSE(support::is_valid(matrix));
  };
  EXPECT_TRUE(support::is_valid(good));
  broken([](CsrMatrix& m) { m.offsets.pop_back(); });
  broken([](CsrMatrix& m) { m.offsets[0] = 1; });
  broken([](CsrMatrix& m) { m.offsets[1] = 5; });
  broken([](CsrMatrix& m) { m.values.pop_back(); });
  broken([](CsrMatrix& m) { m.column_numbers.pop_back(); });
  broken([](CsrMatrix& m) { m.column_numbers[1] = 3; });
  broken([](CsrMatrix& m) { m.column_numbers[0] = -1; });
  broken([](CsrMatrix& m) { m = CsrMatrix{1, 3, {0, 2}, {1, 1}, {1, 1}}; });
}

TEST(Matrix, SelectionsOutOfRangeAreBugs) {
  const Matrix matrix = DenseMatrix(2, 2);
  EXPECT_THROW(select_rows(matrix, std::vector<Index>{2}), Bug);
  EXPECT_THROW(select_rows(matrix, std::vector<Index>{-1}), Bug);
  EXPECT_THROW(select_columns(matrix, std::vector<Index>{2}), Bug);
  EXPECT_THROW(select_columns(matrix, std::vector<Index>{1, 1}), Bug);
  std::vector<float> small(1);
  EXPECT_THROW(gather_rows(matrix, std::vector<Index>{0}, small), Bug);
}

}  // namespace matrix_test
}  // namespace mixvae
