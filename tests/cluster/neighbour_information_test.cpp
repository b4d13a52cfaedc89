#include "cluster/neighbour_information.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace mixvae::cluster {
namespace {

/// Four cells in two pairs of mutual neighbours.
Neighbours pairs() { return {.k = 1, .cells = {1, 0, 3, 2}, .distances = {1, 1, 1, 1}}; }

TEST(NeighbourInformation, IsTheEntropyOfLabelsThatNeighboursShare) {
  const std::vector<std::int32_t> labels{0, 0, 1, 1};
  EXPECT_NEAR(neighbour_information(pairs(), labels), std::log(2.0), 1e-12);
}

TEST(NeighbourInformation, IsZeroForOneLabelAndForIndependentOnes) {
  EXPECT_NEAR(neighbour_information(pairs(), std::vector<std::int32_t>{0, 0, 0, 0}), 0, 1e-12);
  const Neighbours ring{
      .k = 2, .cells = {1, 3, 0, 2, 1, 3, 0, 2}, .distances = std::vector(8, 1.F)};
  EXPECT_NEAR(neighbour_information(ring, std::vector<std::int32_t>{0, 0, 1, 1}), 0, 1e-12);
}

TEST(NeighbourInformation, HasItsClosedForm) {
  // Of the four pairs, each way counted: one 0-1, one 1-0, two 1-1.
  const std::vector<std::int32_t> labels{0, 1, 1, 1};
  const double joint01 = 0.25;
  const double joint11 = 0.5;
  const double expected =
      2 * joint01 * std::log(joint01 / (0.25 * 0.75)) + joint11 * std::log(joint11 / (0.75 * 0.75));
  EXPECT_NEAR(neighbour_information(pairs(), labels), expected, 1e-12);
}

}  // namespace
}  // namespace mixvae::cluster
