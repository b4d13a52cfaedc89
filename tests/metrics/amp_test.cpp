#include "metrics/amp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::metrics {
namespace {

DenseMatrix posteriors(Index cells, Index types, std::vector<float> values) {
  DenseMatrix x(cells, types);
  x.values = std::move(values);
  return x;
}

TEST(Amp, AveragesOverTypesNotCells) {
  const DenseMatrix x = posteriors(3, 3, {0.9F, 0.1F, 0, 0.7F, 0.3F, 0, 0.4F, 0.6F, 0});
  EXPECT_NEAR(average_maximum_posterior(x), (0.8 + 0.6) / 2, 1e-7);
  EXPECT_THAT(most_probable(x), testing::ElementsAre(0, 0, 1));
}

TEST(Amp, TiesGoToTheFirstType) {
  const DenseMatrix x = posteriors(1, 2, {0.5F, 0.5F});
  EXPECT_THAT(most_probable(x), testing::ElementsAre(0));
  EXPECT_DOUBLE_EQ(average_maximum_posterior(x), 0.5);
}

TEST(Amp, RefusesNoCells) {
  try {
    average_maximum_posterior(DenseMatrix(0, 3));
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("at least one cell"));
  }
  EXPECT_THROW(most_probable(DenseMatrix(2, 0)), Bug);
}

}  // namespace
}  // namespace mixvae::metrics
