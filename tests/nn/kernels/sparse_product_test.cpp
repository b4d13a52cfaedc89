#include "nn/kernels/sparse_product.hpp"

#include <list>

#include <gtest/gtest.h>

#include "nn/random.hpp"
#include "nn/sparse_rows.hpp"
#include "support/sparse_examples.hpp"

namespace mixvae::nn::kernels {
namespace sparse_product_test {

/// Sparse rows, and a dense factor for each side of them.
struct Example {
  CsrMatrix matrix;
  SparseRows rows;
  torch::Tensor x;
  torch::Tensor right;  // [columns, width]
  torch::Tensor left;   // [rows, width]

  Example(std::int64_t count, std::int64_t columns, double density, std::int64_t width)
      : matrix(support::sparse_example(count, columns, density)),
        rows(sparse_rows(matrix)),
        x(rows.to_dense()),
        right(normal({columns, width}, {1, Purpose::test, 0}, {})),
        left(normal({count, width}, {2, Purpose::test, 0}, {})) {}
};

// Densities on both sides of where blocks change their width, widths of one to nine vectors.
std::list<Example> examples() {
  std::list<Example> all;
  for (const double density : {0.0, 0.02, 0.1, 0.3, 1.0}) {
    for (const std::int64_t columns : {1, 127, 128, 513, 1300}) {
      all.emplace_back(37, columns, density, 16 * (1 + columns % 9));
    }
  }
  all.emplace_back(1, 600, 0.2, 112);
  return all;
}

TEST(SparseProduct, RowsTimesADenseMatrix) {
  for (const Example& e : examples()) {
    const ColumnBlocks blocks = column_blocks(e.rows.view(), e.rows.rows(), e.rows.columns);
    for (const std::int64_t first : {std::int64_t{0}, e.rows.rows() / 3}) {
      torch::Tensor out = torch::full({e.rows.rows() - first, e.right.size(1)}, 7.0F);
      multiply_rows(e.rows.view(), blocks, first, e.rows.rows(), e.right.data_ptr<float>(),
                    e.right.size(1), out.data_ptr<float>());
      EXPECT_TRUE(torch::allclose(out, e.x.narrow(0, first, out.size(0)).mm(e.right), 1e-4, 1e-4))
          << e.x.sizes();
    }
  }
}

TEST(SparseProduct, TransposedTimesADenseMatrix) {
  for (const Example& e : examples()) {
    const ColumnBlocks blocks = column_blocks(e.rows.view(), e.rows.rows(), e.rows.columns);
    for (std::int64_t first = 0; first < e.rows.columns; first += 512) {
      const std::int64_t count = std::min<std::int64_t>(512, e.rows.columns - first);
      torch::Tensor out = torch::full({count, e.left.size(1)}, 7.0F);
      multiply_transposed(e.rows.view(), blocks, e.rows.rows(), first, count,
                          e.left.data_ptr<float>(), e.left.size(1), out.data_ptr<float>());
      EXPECT_TRUE(torch::allclose(out, e.x.narrow(1, first, count).t().mm(e.left), 1e-4, 1e-4))
          << e.x.sizes();
    }
  }
}

TEST(SparseProduct, BlocksBeginWhereTheColumnsDo) {
  for (const Example& e : examples()) {
    const ColumnBlocks blocks = column_blocks(e.rows.view(), e.rows.rows(), e.rows.columns);
    for (std::int64_t column = 0; column < e.rows.columns + 512; column += blocks.width()) {
      for (std::int64_t r = 0; r < e.rows.rows(); ++r) {
        const std::int64_t left = std::min(column, e.rows.columns);
        EXPECT_EQ(blocks.begins(column)[r],
                  e.x[r].narrow(0, 0, left).count_nonzero().item<std::int64_t>());
      }
    }
  }
}

}  // namespace sparse_product_test
}  // namespace mixvae::nn::kernels
