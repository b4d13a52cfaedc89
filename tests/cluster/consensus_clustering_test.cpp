#include "cluster/consensus_clustering.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"

namespace mixvae::cluster {
namespace consensus_clustering_test {

using Partition = std::vector<std::int32_t>;

/// Partitions of cells in `groups` groups of falling size; each moves a share of the cells to a
/// group drawn at random, and numbers the groups in its own way.
std::vector<Partition> noisy_partitions(std::size_t cells, std::int32_t groups, int count,
                                        double share) {
  std::vector<Partition> partitions;
  for (int p = 0; p < count; ++p) {
    const Philox philox(static_cast<std::uint64_t>(p), Purpose::test);
    Partition& labels = partitions.emplace_back(cells);
    for (std::size_t n = 0; n < cells; ++n) {
      const bool moved = philox.uniform(2 * n) < share;
      const auto drawn = static_cast<std::int32_t>(philox.uniform(2 * n + 1) * groups);
      const std::int32_t group =
          moved ? drawn : static_cast<std::int32_t>(n * n / cells * groups / cells);
      labels[n] = (group + p) % groups;
    }
  }
  return partitions;
}

/// Cells outside the group of most of their cluster.
std::size_t mistakes(const Partition& labels, const Partition& truth) {
  std::map<std::int32_t, std::map<std::int32_t, std::size_t>> counts;
  for (std::size_t n = 0; n < labels.size(); ++n) {
    ++counts[labels[n]][truth[n]];
  }
  std::size_t right = 0;
  for (const auto& [label, groups] : counts) {
    right += std::ranges::max_element(groups, {}, [](const auto& g) { return g.second; })->second;
  }
  return labels.size() - right;
}

std::size_t count_of(const Partition& labels) {
  return std::set<std::int32_t>(labels.begin(), labels.end()).size();
}

TEST(Consensus, OfOnePartitionIsThatPartition) {
  const Partition labels{0, 0, 0, 1, 2, 1, 0};
  EXPECT_EQ(consensus_clustering({labels}, {.clusters = 3}), labels);
  EXPECT_EQ(consensus_clustering({{5, 5, 5, 3, 9, 3, 5}}, {.clusters = 3}), labels);
}

TEST(Consensus, CorrectsWhatSinglePartitionsGetWrong) {
  const Partition truth = noisy_partitions(900, 5, 1, 0).front();
  const std::vector<Partition> partitions = noisy_partitions(900, 5, 9, 0.25);
  const Partition found = consensus_clustering(partitions, {.clusters = 5});
  EXPECT_EQ(count_of(found), 5U);
  EXPECT_LT(mistakes(found, truth), 10U);
  EXPECT_GT(mistakes(partitions.front(), truth), 100U);
}

TEST(Consensus, TakesMoreCombinationsOfLabelsThanItUnites) {
  const Partition truth = noisy_partitions(15000, 6, 1, 0).front();
  const std::vector<Partition> partitions = noisy_partitions(15000, 6, 11, 0.3);
  const Partition found = consensus_clustering(partitions, {.clusters = 6});
  EXPECT_EQ(count_of(found), 6U);
  EXPECT_LT(mistakes(found, truth), 150U);
}

TEST(Consensus, FindsNoMoreClustersThanThePartitionsTellApart) {
  EXPECT_EQ(consensus_clustering({{0, 0, 1, 1}, {0, 0, 0, 0}}, {.clusters = 3}),
            (Partition{0, 0, 1, 1}));
}

TEST(Consensus, UnitesClustersThatFewPartitionsSeparate) {
  // Two groups; each partition cuts the first one elsewhere.
  const std::vector<Partition> partitions{
      {0, 0, 0, 2, 1, 1}, {0, 0, 2, 2, 1, 1}, {0, 2, 2, 2, 1, 1}};
  EXPECT_EQ(consensus_clustering(partitions, {.clusters = 3, .least_separation = 0.9}),
            (Partition{0, 0, 0, 0, 1, 1}));
  const Partition three = consensus_clustering(partitions, {.clusters = 3});
  EXPECT_EQ(count_of(three), 3U);
}

std::string refusal(const std::vector<Partition>& partitions, Index clusters) {
  try {
    consensus_clustering(partitions, {.clusters = clusters});
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Consensus, Refusals) {
  using testing::HasSubstr;
  EXPECT_THAT(refusal({}, 2), HasSubstr("needs partitions"));
  EXPECT_THAT(refusal({{0, 1}}, 0), HasSubstr("1 partitions, 0 clusters"));
  EXPECT_THAT(refusal({{0, 1}, {0, 1, 1}}, 2), HasSubstr("different cells"));
  EXPECT_THAT(refusal({{0, 1}}, 4001), HasSubstr("not so many clusters"));
}

}  // namespace consensus_clustering_test
}  // namespace mixvae::cluster
