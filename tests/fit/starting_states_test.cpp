#include "fit/starting_states.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace mixvae::fit {
namespace {

/// Two types far apart; within both, cells vary along (3, 4) / 5 by sin, and a little across by
/// cos.
DenseMatrix two_types(Index cells) {
  DenseMatrix x(cells, 2);
  for (Index n = 0; n < cells; ++n) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(n / 2) / 50.0;
    const double along = std::sin(angle);
    const double across = 0.1 * std::cos(angle);
    x.row(n)[0] = static_cast<float>(0.6 * along - 0.8 * across + (n % 2 == 0 ? 100 : -70));
    x.row(n)[1] = static_cast<float>(0.8 * along + 0.6 * across);
  }
  return x;
}

std::vector<std::int32_t> alternating(Index cells) {
  std::vector<std::int32_t> types;
  for (Index n = 0; n < cells; ++n) {
    types.push_back(static_cast<std::int32_t>(n % 2));
  }
  return types;
}

TEST(StartingStates, AreTheComponentsWithinTypesAtVarianceOne) {
  const Index cells = 100;
  const DenseMatrix states = starting_states(two_types(cells), alternating(cells), 3, 0);
  ASSERT_EQ(states.columns, 3);
  const double sign = states.row(26)[0] > 0 ? 1 : -1;
  for (Index n = 0; n < cells; ++n) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(n / 2) / 50.0;
    EXPECT_NEAR(sign * states.row(n)[0], std::sqrt(2.0 * 99 / 100) * std::sin(angle), 1e-3);
    EXPECT_NEAR(std::abs(states.row(n)[1]), std::sqrt(2.0 * 99 / 100) * std::abs(std::cos(angle)),
                1e-2);
    EXPECT_EQ(states.row(n)[2], 0.F);
  }
}

TEST(StartingStates, AreZeroWhereTypesExplainAll) {
  DenseMatrix x(6, 2);
  for (Index n = 0; n < 6; ++n) {
    x.row(n)[0] = n % 2 == 0 ? 5.F : -5.F;
  }
  for (const float value : starting_states(x, alternating(6), 2, 0).values) {
    EXPECT_EQ(value, 0.F);
  }
}

TEST(StartingStates, OfOneCellOrNoStatesAreEmpty) {
  EXPECT_EQ(starting_states(DenseMatrix(1, 2), std::vector<std::int32_t>{0}, 2, 0).values,
            (std::vector<float>{0, 0}));
  EXPECT_EQ(starting_states(two_types(4), alternating(4), 0, 0).columns, 0);
}

}  // namespace
}  // namespace mixvae::fit
