#include "fit/starting_types.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "cluster/leiden.hpp"
#include "support/refusal.hpp"

namespace mixvae::fit {
namespace {

/// Three well separated groups of 40, 30 and 20 cells.
DenseMatrix three_groups() {
  DenseMatrix x(90, 2);
  const Philox philox(4, Purpose::test);
  for (Index n = 0; n < 90; ++n) {
    const float centre = n < 40 ? 0.0F : n < 70 ? 20.0F : 40.0F;
    x(n, 0) = centre + philox.normal(static_cast<std::uint64_t>(2 * n));
    x(n, 1) = philox.normal(static_cast<std::uint64_t>(2 * n + 1));
  }
  return x;
}

StartingTypes start_of(models::StartKind kind, Index arms) {
  const DenseMatrix x = three_groups();
  return starting_types(x, cluster::nearest_neighbours(x, 15),
                        {.kind = kind, .types = 3, .arms = arms, .balance = 1.0, .seed = 2});
}

TEST(StartingTypes, FindSeparateGroupsAndNumberThemAlikeInEveryArm) {
  using Kind = models::StartKind;
  for (const Kind kind : {Kind::kmeans, Kind::merged, Kind::leiden, Kind::consensus}) {
    const StartingTypes start = start_of(kind, 4);
    ASSERT_EQ(start.types.size(), 4U) << static_cast<int>(kind);
    for (const auto& types : start.types) {
      for (std::size_t n = 0; n < 90; ++n) {
        EXPECT_EQ(types[n], n < 40 ? 0 : n < 70 ? 1 : 2) << static_cast<int>(kind) << " cell " << n;
      }
    }
  }
}

TEST(StartingTypes, OfAMixtureLeaveTypesThatAreNotNeededEmpty) {
  const DenseMatrix x = three_groups();
  const StartingTypes start = starting_types(
      x, cluster::nearest_neighbours(x, 15),
      {.kind = models::StartKind::gaussian, .types = 12, .arms = 1, .balance = 1.0, .seed = 2});
  ASSERT_EQ(start.types.size(), 1U);
  for (std::size_t n = 0; n < 90; ++n) {
    EXPECT_EQ(start.types[0][n], n < 40 ? 0 : n < 70 ? 1 : 2) << "cell " << n;
  }
}

/// Cells around (0, 0) and, far away from them and each other, small groups; spread 1.
DenseMatrix cloud_and_groups(Index cloud, Index groups, Index cells) {
  DenseMatrix x(cloud + groups * cells, 2);
  const Philox philox(5, Purpose::test);
  for (Index n = 0; n < x.rows; ++n) {
    const Index group = n < cloud ? 0 : 1 + (n - cloud) / cells;
    x(n, 0) = static_cast<float>(40 * group) + philox.normal(static_cast<std::uint64_t>(2 * n));
    x(n, 1) = philox.normal(static_cast<std::uint64_t>(2 * n + 1));
  }
  return x;
}

std::size_t largest(const std::vector<std::int32_t>& types) {
  return static_cast<std::size_t>(std::ranges::count(types, 0));
}

std::vector<std::int32_t> consensus_of(const DenseMatrix& x, Index types, bool fewer = false) {
  return starting_types(x, cluster::nearest_neighbours(x, 15),
                        {.types = types, .fewer = fewer, .seed = 2})
      .types.front();
}

TEST(StartingTypes, OfConsensusKeepSmallGroupsThatLieApart) {
  const DenseMatrix x = cloud_and_groups(900, 5, 24);
  const auto types = consensus_of(x, 6);
  EXPECT_EQ(largest(types), 900U);
  for (Index n = 900; n < x.rows; ++n) {
    EXPECT_EQ(types[static_cast<std::size_t>(n)],
              types[static_cast<std::size_t>(900 + (n - 900) / 24 * 24)]);
  }
}

TEST(StartingTypes, OfConsensusCutOneCloudEvenly) {
  EXPECT_LT(largest(consensus_of(cloud_and_groups(600, 0, 0), 5)), 250U);
}

TEST(StartingTypes, OfConsensusAreFewerWhereTypesAreOnlyBounded) {
  const DenseMatrix x = cloud_and_groups(900, 5, 24);
  EXPECT_EQ(std::ranges::max(consensus_of(x, 40)), 39);
  EXPECT_LT(std::ranges::max(consensus_of(x, 40, true)), 32);
}

TEST(StartingTypes, EachTypeWeighsTheSameAtBalanceOne) {
  const StartingTypes start = start_of(models::StartKind::kmeans, 1);
  EXPECT_NEAR(start.weights[0][0] * 40, 30.0, 1e-3);
  EXPECT_NEAR(start.weights[0][50] * 30, 30.0, 1e-3);
  EXPECT_NEAR(start.weights[0][80] * 20, 30.0, 1e-3);
}

TEST(StartingTypes, AreEmptyWithoutAStart) {
  EXPECT_TRUE(start_of(models::StartKind::none, 2).empty());
}

TEST(Leiden, IsAFunctionOfItsSeedAndRefusesMoreCommunitiesThanCells) {
  const cluster::Neighbours graph = cluster::nearest_neighbours(three_groups(), 15);
  const cluster::LeidenOptions options{.communities = 3, .seed = 7};
  EXPECT_EQ(cluster::leiden(graph, options).labels, cluster::leiden(graph, options).labels);
  EXPECT_EQ(cluster::leiden(graph, options).communities, 3);
  EXPECT_THAT(support::refusal([&] { cluster::leiden(graph, {.communities = 91}); }),
              testing::HasSubstr("cannot be divided into this number of communities"));
}

}  // namespace
}  // namespace mixvae::fit
