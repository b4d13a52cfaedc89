#include "training/matrix_batches.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::training {
namespace matrix_batches_test {

Matrix dense_example() {
  DenseMatrix x(4, 3);
  for (Index i = 0; i < 12; ++i) {
    x.values[static_cast<std::size_t>(i)] = static_cast<float>(i % 5 == 0 ? 0 : i);
  }
  return x;
}

Matrix sparse_example() {
  return CsrMatrix{.rows = 3,
                   .columns = 4,
                   .offsets = {0, 2, 2, 3},
                   .column_numbers = {1, 3, 0},
                   .values = {5, 6, 7}};
}

TEST(MatrixBatches, GathersDenseAndSparseRows) {
  const std::vector<Index> rows{2, 0, 2};
  const Matrix dense = dense_example();
  MatrixBatches from_dense(dense);
  EXPECT_TRUE(
      torch::equal(from_dense.evaluation_batch(rows).only().x,
                   torch::tensor({6.F, 7.F, 8.F, 0.F, 1.F, 2.F, 6.F, 7.F, 8.F}).view({3, 3})));
  const Matrix sparse = sparse_example();
  MatrixBatches from_sparse(sparse);
  const models::Batch batch = from_sparse.training_batch(rows, 17);
  EXPECT_EQ(batch.step, 17U);
  EXPECT_FALSE(batch.only().inputs.defined() || batch.prior.defined() || batch.start.defined());
  EXPECT_TRUE(torch::equal(
      batch.only().x,
      torch::tensor({7.F, 0.F, 0.F, 0.F, 0.F, 5.F, 0.F, 6.F, 7.F, 0.F, 0.F, 0.F}).view({3, 4})));
  EXPECT_EQ(from_dense.bytes(), 48);
  EXPECT_EQ(from_sparse.bytes(), 3 * 8 + 4 * 8);
}

TEST(MatrixBatches, ABufferOfTheSameSizeIsReused) {
  const Matrix dense = dense_example();
  MatrixBatches batches(dense);
  const void* first = batches.training_batch(std::vector<Index>{0, 1}, 0).only().x.data_ptr();
  EXPECT_EQ(batches.training_batch(std::vector<Index>{2, 3}, 1).only().x.data_ptr(), first);
  EXPECT_NE(batches.evaluation_batch(std::vector<Index>{2, 3}).only().x.data_ptr(), first);
}

TEST(MatrixBatches, CarriesSimilaritiesUntilTheyEnd) {
  const Matrix dense = dense_example();
  MatrixBatches batches(dense);
  const auto source = similarity_of_known_types({1, 2, 1, -1});
  batches.set_similarity(source.get());
  const models::Batch batch = batches.evaluation_batch(std::vector<Index>{2, 0, 3});
  EXPECT_TRUE(torch::equal(
      batch.similarity, torch::tensor({1.F, 1.F, 0.F, 1.F, 1.F, 0.F, 0.F, 0.F, 1.F}).view({3, 3})));
  EXPECT_TRUE(
      torch::equal(batch.similarity_weight,
                   torch::tensor({1.F, 1.F, 0.F, 1.F, 1.F, 0.F, 0.F, 0.F, 0.F}).view({3, 3})));
  batches.set_similarity(nullptr);
  EXPECT_FALSE(batches.evaluation_batch(std::vector<Index>{2, 0}).similarity.defined());
}

TEST(MatrixBatches, DeliversSparseRowsInBuffersThatAreUsedAgain) {
  const Matrix sparse = sparse_example();
  MatrixBatches batches(sparse);
  batches.deliver_sparse_rows();
  batches.set_prior(torch::arange(6, torch::kFloat32).view({3, 2}));
  const models::Batch batch = batches.training_batch(std::vector<Index>{2, 0, 1}, 17);
  EXPECT_TRUE(batch.only().is_sparse());
  EXPECT_EQ(batch.cells(), 3);
  EXPECT_FALSE(batch.only().x.defined());
  EXPECT_TRUE(torch::equal(
      batch.only().sparse_x.to_dense(),
      torch::tensor({7.F, 0.F, 0.F, 0.F, 0.F, 5.F, 0.F, 6.F, 0.F, 0.F, 0.F, 0.F}).view({3, 4})));
  EXPECT_TRUE(
      torch::equal(batch.prior, torch::tensor({4.F, 5.F, 0.F, 1.F, 2.F, 3.F}).view({3, 2})));
  const void* first = batch.only().sparse_x.values.data_ptr();
  EXPECT_EQ(batches.training_batch(std::vector<Index>{2}, 0).only().sparse_x.values.data_ptr(),
            first);
  EXPECT_NE(batches.evaluation_batch(std::vector<Index>{2}).only().sparse_x.values.data_ptr(),
            first);
}

TEST(MatrixBatches, SparseRowsOfADenseMatrixAreABug) {
  const Matrix dense = dense_example();
  EXPECT_THROW(MatrixBatches(dense).deliver_sparse_rows(), Bug);
}

TEST(MatrixBatches, CarriesPriorStartAndCopies) {
  const Matrix dense = dense_example();
  MatrixBatches batches(dense);
  batches.set_prior(torch::arange(8, torch::kFloat32).view({4, 2}));
  batches.set_start(torch::arange(4, torch::kInt64).unsqueeze(0) * 10, {});
  batches.set_augmentation(
      [](std::span<const Index> rows, models::Batch& batch, const DeviceMatrix*) {
        batch.only().inputs = batch.only().x.unsqueeze(0) + static_cast<double>(rows[0]) +
                              static_cast<double>(batch.step) * 100;
      });
  const std::vector<Index> rows{3, 1};
  const models::Batch batch = batches.training_batch(rows, 2);
  EXPECT_TRUE(torch::equal(batch.prior, torch::tensor({6.F, 7.F, 2.F, 3.F}).view({2, 2})));
  EXPECT_TRUE(torch::equal(batch.start, torch::tensor({{30, 10}}, torch::kInt64)));
  EXPECT_TRUE(torch::equal(batch.only().inputs[0], batch.only().x + 203));
  EXPECT_FALSE(batches.evaluation_batch(rows).only().inputs.defined());
}

TEST(MatrixBatches, BatchesAreComputedWithAsTheSourceSays) {
  const Matrix dense = dense_example();
  const std::vector<Index> rows{3, 1};
  MatrixBatches batches(dense, torch::kCPU,
                        {.fused = false, .precision = nn::kernels::Precision::bf16});
  for (const models::Batch& batch : {batches.training_batch(rows, 2),
                                     batches.evaluation_batch(rows), batches.copies_batch(rows)}) {
    EXPECT_FALSE(batch.execution.fused);
    EXPECT_EQ(batch.execution.precision, nn::kernels::Precision::bf16);
    EXPECT_FALSE(batch.execution.repeatable);
  }
  EXPECT_FALSE(batches.execution().fused);
  EXPECT_TRUE(MatrixBatches(dense).evaluation_batch(rows).execution.fused);
}

TEST(MatrixBatches, CopiesOfABatchAreThoseOfStepZero) {
  const Matrix dense = dense_example();
  MatrixBatches batches(dense);
  const std::vector<Index> rows{3, 1};
  EXPECT_FALSE(batches.copies_batch(rows).only().inputs.defined());
  batches.set_known_types(torch::arange(4, torch::kInt64).unsqueeze(0));
  batches.set_augmentation([](std::span<const Index>, models::Batch& batch, const DeviceMatrix*) {
    batch.only().inputs = batch.only().x.unsqueeze(0) + static_cast<double>(batch.step) * 100 + 1;
  });
  const models::Batch batch = batches.copies_batch(rows);
  EXPECT_TRUE(torch::equal(batch.only().inputs[0], batch.only().x + 1));
  EXPECT_TRUE(torch::equal(batch.known, torch::tensor({{3, 1}}, torch::kInt64)));
  EXPECT_EQ(batch.step, 0U);
}

TEST(MatrixBatches, WrongLengthsAreBugs) {
  const Matrix dense = dense_example();
  MatrixBatches batches(dense);
  EXPECT_THROW(batches.set_prior(torch::zeros({3, 2})), Bug);
  EXPECT_THROW(batches.set_start(torch::zeros({1, 5}), {}), Bug);
  EXPECT_THROW(batches.set_start(torch::zeros({1, 4}), torch::ones({2, 4})), Bug);
}

}  // namespace matrix_batches_test
}  // namespace mixvae::training
