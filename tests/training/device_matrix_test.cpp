#include "training/device_matrix.hpp"

#include <gtest/gtest.h>

#include "base/philox.hpp"
#include "training/matrix_batches.hpp"

namespace mixvae::training {
namespace device_matrix_test {

/// Every third row is empty, and the last column too.
CsrMatrix sparse_example(Index rows, Index columns) {
  const Philox random(3, Purpose::test);
  CsrMatrix x;
  x.rows = rows;
  x.columns = columns;
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; r % 3 != 1 && c + 1 < columns; ++c) {
      const float u = random.uniform(static_cast<std::uint64_t>(r * columns + c));
      if (u < 0.4F) {
        x.column_numbers.push_back(static_cast<std::int32_t>(c));
        x.values.push_back(u);
      }
    }
    x.offsets.push_back(static_cast<Index>(x.values.size()));
  }
  return x;
}

DenseMatrix dense_example(Index rows, Index columns) {
  DenseMatrix x(rows, columns);
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    x.values[i] = static_cast<float>(i) - 5;
  }
  return x;
}

torch::Tensor gathered_by_host(const Matrix& matrix, const std::vector<Index>& rows) {
  torch::Tensor out = torch::empty({static_cast<std::int64_t>(rows.size()), column_count(matrix)});
  gather_rows(matrix, rows, {out.data_ptr<float>(), static_cast<std::size_t>(out.numel())});
  return out;
}

void expect_the_loaders_rows(const Matrix& matrix, std::int64_t dense_bytes, bool dense) {
  const DeviceMatrix resident(matrix, torch::kCPU, dense_bytes);
  EXPECT_EQ(resident.is_dense(), dense);
  const std::vector<std::vector<Index>> choices = {{0}, {1}, {6, 0, 6, 1, 3}, {1, 4}, {0, 1, 2, 3}};
  for (const std::vector<Index>& rows : choices) {
    torch::Tensor out = torch::full({static_cast<std::int64_t>(rows.size()), column_count(matrix)},
                                    -7, torch::kFloat32);
    const void* place = out.data_ptr();
    resident.gather(rows, row_numbers(rows, torch::kCPU), out);
    EXPECT_TRUE(torch::equal(out, gathered_by_host(matrix, rows)));
    EXPECT_EQ(out.data_ptr(), place);
  }
}

TEST(DeviceMatrix, GathersWhatTheLoaderGathers) {
  for (const Index columns : {1, 2, 9, 65}) {
    expect_the_loaders_rows(sparse_example(7, columns), 0, false);
    expect_the_loaders_rows(sparse_example(7, columns), DeviceMatrix::kDenseBytes, true);
    expect_the_loaders_rows(dense_example(7, columns), 0, true);
  }
}

TEST(DeviceMatrix, StaysSparseAboveTheLimit) {
  const Matrix matrix = sparse_example(7, 9);
  EXPECT_TRUE(DeviceMatrix(matrix, torch::kCPU, 7 * 9 * 4).is_dense());
  const DeviceMatrix sparse(matrix, torch::kCPU, 7 * 9 * 4 - 1);
  EXPECT_FALSE(sparse.is_dense());
  const auto nonzeros = static_cast<std::int64_t>(std::get<CsrMatrix>(matrix).values.size());
  EXPECT_EQ(sparse.bytes(), 8 * 8 + nonzeros * 8);
}

TEST(DeviceMatrix, ManyRowsMoveInParts) {
  const Matrix matrix = sparse_example(4100, 3);
  const DeviceMatrix resident(matrix, torch::kCPU);
  const std::vector<Index> rows{4095, 4096, 4099, 0};
  torch::Tensor out = torch::empty({4, 3});
  resident.gather(rows, row_numbers(rows, torch::kCPU), out);
  EXPECT_TRUE(torch::equal(out, gathered_by_host(matrix, rows)));
}

TEST(DeviceMatrix, ResidentBatchesEqualThoseOfTheHost) {
  const Matrix matrix = sparse_example(7, 9);
  MatrixBatches host(matrix);
  MatrixBatches resident(matrix);
  resident.make_resident(0);
  for (MatrixBatches* batches : {&host, &resident}) {
    batches->set_prior(torch::arange(14, torch::kFloat32).view({7, 2}));
    batches->set_known_types(torch::arange(7, torch::kInt64).unsqueeze(0));
  }
  const std::vector<Index> rows{5, 0, 2};
  const models::Batch expected = host.training_batch(rows, 4);
  const models::Batch batch = resident.training_batch(rows, 4);
  EXPECT_TRUE(torch::equal(batch.only().x, expected.only().x));
  EXPECT_TRUE(torch::equal(batch.prior, expected.prior));
  EXPECT_TRUE(torch::equal(batch.known, expected.known));
  EXPECT_EQ(batch.step, 4U);
  const void* place = batch.only().x.data_ptr();
  EXPECT_EQ(resident.training_batch(std::vector<Index>{1, 1, 3}, 5).only().x.data_ptr(), place);
}

}  // namespace device_matrix_test
}  // namespace mixvae::training
