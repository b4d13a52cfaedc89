#include "training/fixed_batch.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::training {
namespace {

models::Batch batch_of(float value, std::uint64_t step) {
  models::Batch batch;
  batch.only().x = torch::full({3, 2}, value);
  batch.known = torch::full({1, 3}, static_cast<std::int64_t>(value), torch::kInt64);
  batch.step = step;
  return batch;
}

TEST(FixedBatch, ValuesChangeInPlace) {
  FixedBatch fixed;
  fixed.set(batch_of(1, 5));
  const models::Batch first = fixed.batch();
  fixed.set(batch_of(2, 6));
  EXPECT_TRUE(torch::equal(first.only().x, torch::full({3, 2}, 2.F)));
  EXPECT_TRUE(torch::equal(first.known, torch::full({1, 3}, 2, torch::kInt64)));
  EXPECT_EQ(first.step_on_device.item<std::int64_t>(), 6);
  EXPECT_FALSE(first.prior.defined());
}

TEST(FixedBatch, ABufferOfTheSourceIsNotCopied) {
  FixedBatch fixed;
  models::Batch batch = batch_of(1, 0);
  fixed.set(batch);
  EXPECT_EQ(fixed.batch().only().x.data_ptr(), batch.only().x.data_ptr());
  batch.only().x.fill_(9);
  fixed.set(batch);
  EXPECT_EQ(fixed.batch().only().x.data_ptr(), batch.only().x.data_ptr());
}

TEST(FixedBatch, OtherTensorsAreABugUntilItForgets) {
  FixedBatch fixed;
  fixed.set(batch_of(1, 0));
  models::Batch other = batch_of(1, 1);
  other.known = torch::Tensor();
  EXPECT_THROW(fixed.set(other), Bug);
  models::Batch longer = batch_of(1, 1);
  longer.only().x = torch::zeros({4, 2});
  EXPECT_THROW(fixed.set(longer), Bug);
  fixed.forget();
  fixed.set(other);
  EXPECT_FALSE(fixed.batch().known.defined());
}

TEST(FixedBatch, ComputesInTheRepeatableForm) {
  FixedBatch fixed;
  models::Batch batch = batch_of(1, 0);
  batch.execution.fused = false;
  fixed.set(batch);
  EXPECT_TRUE(fixed.batch().execution.repeatable);
  EXPECT_FALSE(fixed.batch().execution.fused);
}

}  // namespace
}  // namespace mixvae::training
