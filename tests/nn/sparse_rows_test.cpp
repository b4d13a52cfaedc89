#include "nn/sparse_rows.hpp"

#include <gtest/gtest.h>

#include "support/sparse_examples.hpp"

namespace mixvae::nn {
namespace {

TEST(SparseRows, AreTheRowsOfTheMatrixWithoutACopy) {
  CsrMatrix matrix = support::sparse_example(40, 23, 0.3);
  const SparseRows x = sparse_rows(matrix);
  EXPECT_EQ(x.rows(), 40);
  EXPECT_EQ(x.columns, 23);
  EXPECT_EQ(x.nonzeros(), matrix.nonzeros());
  EXPECT_EQ(x.values.data_ptr<float>(), matrix.values.data());
  EXPECT_TRUE(torch::equal(x.to_dense().flatten(), torch::tensor(to_dense(matrix).values)));
}

TEST(SparseRows, MayAllBeEmpty) {
  CsrMatrix matrix;
  matrix.rows = 2;
  matrix.columns = 3;
  matrix.offsets = {0, 0, 0};
  EXPECT_TRUE(torch::equal(sparse_rows(matrix).to_dense(), torch::zeros({2, 3})));
  EXPECT_FALSE(SparseRows().defined());
}

}  // namespace
}  // namespace mixvae::nn
