#include "training/training_estimate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "training/linear_autoencoder.hpp"

namespace mixvae::training {
namespace {

using testing::HasSubstr;

TEST(TrainingEstimate, CountsParametersAndWideTensors) {
  LinearAutoencoder model(1000, 10);
  const TrainingEstimate estimate = memory_estimate(model, 12345, 100, 300);
  EXPECT_EQ(estimate.data_bytes, 12345);
  EXPECT_EQ(estimate.parameter_bytes, 8 * 2 * 1000 * 10 * 4);
  EXPECT_EQ(estimate.batch_bytes, 4 * 300 * 1000 * 4);
  EXPECT_EQ(memory_estimate(model, 0, 200, 300).batch_bytes, 8 * 200 * 1000 * 4);
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
