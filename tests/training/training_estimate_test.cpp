#include "training/training_estimate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "training/linear_autoencoder.hpp"

namespace mixvae::training {
namespace {

using testing::HasSubstr;

/// Data of so many bytes.
class SomeData : public BatchSource {
 public:
  explicit SomeData(bool pairs) : pairs_(pairs) {}
  Index cells() const override { return 1000; }
  std::int64_t bytes() const override { return 12345; }
  bool has_pairs() const override { return pairs_; }
  models::Batch training_batch(std::span<const Index> /*rows*/, std::uint64_t /*step*/) override {
    return {};
  }
  models::Batch evaluation_batch(std::span<const Index> /*rows*/) override { return {}; }

 private:
  bool pairs_;
};

/// A model that keeps many values per cell.
class Wide : public LinearAutoencoder {
 public:
  using LinearAutoencoder::LinearAutoencoder;
  std::int64_t values_per_cell() override { return 5000; }
};

TEST(TrainingEstimate, CountsValuesPerCellAndPairs) {
  Wide wide(1000, 10);
  EXPECT_EQ(memory_estimate(wide, SomeData(false), 100, 0).batch_bytes,
            (8 * 100 * 1000 + 4 * 100 * 5000) * 4);
  EXPECT_EQ(memory_estimate(wide, SomeData(false), 100, 400).batch_bytes,
            (4 * 400 * 1000 + 2 * 400 * 5000) * 4);
  LinearAutoencoder model(1000, 10);
  EXPECT_EQ(memory_estimate(model, SomeData(true), 100, 300).batch_bytes,
            (4 * 300 * 1000 + 8 * 300 * 300) * 4);
}

TEST(TrainingEstimate, CountsParametersAndWideTensors) {
  LinearAutoencoder model(1000, 10);
  const TrainingEstimate estimate = memory_estimate(model, SomeData(false), 100, 300);
  EXPECT_EQ(estimate.data_bytes, 12345);
  EXPECT_EQ(estimate.parameter_bytes, 8 * 2 * 1000 * 10 * 4);
  EXPECT_EQ(estimate.batch_bytes, 4 * 300 * 1000 * 4);
  EXPECT_EQ(memory_estimate(model, SomeData(false), 200, 300).batch_bytes, 8 * 200 * 1000 * 4);
}

TEST(TrainingEstimate, RefusesWhatDoesNotFit) {
  const TrainingEstimate estimate{.data_bytes = 0,
                                  .parameter_bytes = 1'000'000'000,
                                  .batch_bytes = 2'000'000'000,
                                  .seconds_per_step = 0,
                                  .seconds = 0};
  require_memory(estimate, 3'000'000'000);
  require_memory(estimate, 0);
  try {
    require_memory(estimate, 800'000'000);
    FAIL() << "accepted";
  } catch (const SystemError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("800 MB available"), HasSubstr("3.0 GB"),
                                    HasSubstr("--batch-size")));
  }
}

TEST(TrainingEstimate, PeakMemoryCountsWhatWasTouched) {
  const std::int64_t before = peak_memory();
  ASSERT_GT(before, 1'000'000);
  {
    const std::vector<char> block(std::size_t{64} << 20, 'x');
    ASSERT_EQ(block.back(), 'x');
  }
  EXPECT_GE(peak_memory(), before);
  EXPECT_GE(peak_memory(), std::int64_t{64} << 20);
  EXPECT_EQ(size_text(812'000'000), "812 MB");
}

TEST(TrainingEstimate, ReadsWell) {
  const TrainingEstimate estimate{.data_bytes = 80'000'000,
                                  .parameter_bytes = 1'000'000,
                                  .batch_bytes = 3'000'000,
                                  .seconds_per_step = 0.1,
                                  .seconds = 250};
  EXPECT_EQ(estimate.text(), "about 4 min 10 s; 4 MB of memory besides 80 MB of data");
}

TEST(AvailableMemory, IsKnownHere) { EXPECT_GT(available_memory(), 1'000'000); }

}  // namespace
}  // namespace mixvae::training
