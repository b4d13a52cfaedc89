#include "nn/kernels/transpose.hpp"

#include <gtest/gtest.h>

#include "nn/random.hpp"

namespace mixvae::nn::kernels {
namespace {

void expect_transposed(decltype(transpose_rows)& transpose) {
  for (const std::int64_t rows : {1, 7, 16, 40, 48, 100}) {
    for (const std::int64_t columns : {1, 15, 16, 33, 64, 130}) {
      // A part of wider matrices, whose other values must stay.
      const torch::Tensor values = normal({rows, columns + 3}, {1, Purpose::test, 4}, {});
      torch::Tensor out = torch::full({columns, rows + 2}, 7.0);
      transpose(rows, columns, values.data_ptr<float>(), columns + 3, out.data_ptr<float>(),
                rows + 2);
      torch::Tensor expected = torch::full({columns, rows + 2}, 7.0);
      expected.narrow(1, 0, rows).copy_(values.narrow(1, 0, columns).t());
      EXPECT_TRUE(torch::equal(out, expected)) << rows << " x " << columns;
    }
  }
}

TEST(Transpose, RowsBecomeColumnsOverAwkwardSizes) { expect_transposed(transpose_rows); }

TEST(Transpose, PlainRowsBecomeColumnsOverAwkwardSizes) { expect_transposed(transpose_rows_plain); }

}  // namespace
}  // namespace mixvae::nn::kernels
