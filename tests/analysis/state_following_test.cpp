#include "analysis/state_following.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/index.hpp"

namespace mixvae::analysis {
namespace state_following_test {

/// 40 cells of two types whose counts rise with the cell; the first gene is mitochondrial.
Dataset rising_cells() {
  Dataset data;
  DenseMatrix x(40, 3);
  std::vector<std::string> batches;
  for (Index n = 0; n < 40; ++n) {
    x(n, 0) = 1;
    x(n, 1) = static_cast<float>(n + 1);
    x(n, 2) = static_cast<float>(n % 3);
    batches.push_back(n % 4 < 2 ? "a" : "b");
  }
  data.x = std::move(x);
  data.cells.names = numbered_names("C", 40);
  data.cells.set({"batch", Categorical::from_labels(batches)});
  data.cells.set({"colour", Categorical::from_labels(batches)});
  data.features.names = {"MT-CO1", "A", "B"};
  return data;
}

TEST(StateFollowing, TellsDepthMitochondriaAndBatchWithinTypes) {
  const Dataset data = rising_cells();
  Assignment assignment;
  DenseMatrix states(40, 2);
  for (Index n = 0; n < 40; ++n) {
    assignment.types.push_back(static_cast<std::int32_t>(n % 2));
    states(n, 0) = static_cast<float>(n * n) * (n % 2 == 0 ? 1.0F : -1.0F);
    states(n, 1) = n % 4 < 2 ? 5.0F : -5.0F;
  }
  assignment.arm_states = {states};
  Traversal traversal;
  traversal.states = 2;
  traversal.types = {{.name = "T2", .type = 1}, {.name = "T1", .type = 0}};
  const auto found = state_following(data, assignment, traversal);
  ASSERT_EQ(found.size(), 2U);
  ASSERT_EQ(found[0].size(), 3U) << "a colour is no matter of measurement";
  EXPECT_EQ(found[0][0].property, "molecules");
  EXPECT_GT(found[1][0].states[0], 0.97) << "T1 rises with depth";
  EXPECT_LT(found[0][0].states[0], -0.97) << "T2 falls";
  EXPECT_EQ(found[0][1].property, "mitochondrial share");
  EXPECT_LT(found[1][1].states[0], -0.97);
  EXPECT_EQ(found[0][2].property, "batch");
  EXPECT_FALSE(found[0][2].numeric);
  EXPECT_NEAR(found[0][2].states[1], 1, 1e-9) << "the second state is the batch";
  EXPECT_LT(found[0][2].states[0], 0.5);
}

TEST(StateFollowing, LeavesOutWhatVariesInNoType) {
  Dataset data = rising_cells();
  data.cells.columns = {{"lane", Categorical::from_labels(std::vector<std::string>(40, "one"))}};
  Assignment assignment;
  assignment.types.assign(40, 0);
  assignment.arm_states = {DenseMatrix(40, 1)};
  Traversal traversal;
  traversal.states = 1;
  traversal.types = {{.name = "T1", .type = 0}};
  const auto found = state_following(data, assignment, traversal);
  EXPECT_TRUE(found.at(0).empty()) << "the state itself does not vary";
}

}  // namespace state_following_test
}  // namespace mixvae::analysis
