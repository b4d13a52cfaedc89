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

TEST(LossValues, TheFirstTermIsTheLoss) {
  std::vector<std::string> names;
  EXPECT_THROW(loss_values({{"kl", scalar(1)}}, names), Bug);
  EXPECT_THROW(loss_values({}, names), Bug);
}

}  // namespace
}  // namespace mixvae::training
