#include "training/loss_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::training {
namespace {

using ::testing::ElementsAre;

torch::Tensor scalar(double value) { return torch::full({}, value, torch::kFloat32); }

TEST(LossValues, StandUnderTheirNamesWhateverThePhaseReports) {
  std::vector<std::string> names;
  EXPECT_THAT(to_numbers(loss_values({{"loss", scalar(3)}, {"kl", scalar(1)}}, names)),
              ElementsAre(3, 1));
  EXPECT_THAT(to_numbers(loss_values({{"loss", scalar(5)}, {"start", scalar(2)}}, names)),
              ElementsAre(5, 0, 2));
  EXPECT_THAT(to_numbers(loss_values({{"loss", scalar(4)}, {"kl", scalar(7)}}, names)),
              ElementsAre(4, 7, 0));
  EXPECT_THAT(names, ElementsAre("loss", "kl", "start"));
}

TEST(ValidationBatch, IsATrainingBatchWherePairsAreToldOf) {
  class Source : public BatchSource {
   public:
    Index cells() const override { return 100000; }
    std::int64_t bytes() const override { return 0; }
    bool has_pairs() const override { return pairs; }
    models::Batch training_batch(std::span<const Index> /*rows*/, std::uint64_t /*step*/) override {
      return {};
    }
    models::Batch evaluation_batch(std::span<const Index> /*rows*/) override { return {}; }

    bool pairs = false;
  } source;
  EXPECT_EQ(validation_batch(source, 10000, 512), 4096);
  EXPECT_EQ(validation_batch(source, 100, 512), 100);
  source.pairs = true;
  EXPECT_EQ(validation_batch(source, 10000, 512), 512);
  EXPECT_EQ(validation_batch(source, 100, 512), 100);
}

TEST(LossValues, AnObjectiveWithoutTermsIsABug) {
  std::vector<std::string> names;
  EXPECT_THROW(loss_values({}, names), Bug);
}

}  // namespace
}  // namespace mixvae::training
