#include "metrics/f_measure.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "metrics/labelings.hpp"

namespace mixvae::metrics {
namespace {

TEST(FMeasure, AgreesWithPlainPython) {
  const auto pairs = awkward_pairs();
  const auto run = score_in_python(
      "from sklearn.metrics import f1_score\n"
      "from scipy.optimize import linear_sum_assignment\n"
      "def score(t, c):\n"
      "  types, clusters = np.unique(t), np.unique(c)\n"
      "  f = np.array([[f1_score(t == i, c == j) for j in clusters] for i in types])\n"
      "  weights = np.array([(t == i).mean() for i in types])\n"
      "  return [(f.max(1) * weights).sum(), f[linear_sum_assignment(-f)].sum() / len(types)]\n",
      {pairs.begin(), pairs.end() - 3});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  ASSERT_EQ(expected.size(), 2 * (pairs.size() - 3));
  for (std::size_t i = 0; i + 3 < pairs.size(); ++i) {
    const Contingency table = contingency(pairs[i].first, pairs[i].second);
    EXPECT_NEAR(f_weighted(table), expected[2 * i], 1e-12) << "pair " << i;
    EXPECT_NEAR(f_matched(table), expected[2 * i + 1], 1e-12) << "pair " << i;
  }
}

/// As FlowCAP counts: noise belongs to its type, but to no cluster.
TEST(FMeasure, NoiseCostsRecallAsInPlainPython) {
  std::vector<LabelPair> pairs;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Labelling truth = random_labels(400, 7, seed);
    Labelling clusters = noisy_copy(truth, 9, seed + 20);
    const Labelling mask = random_labels(400, 2, seed + 40, 0.1 * static_cast<double>(seed));
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      clusters[i] = mask[i] < 0 ? -1 : clusters[i];
    }
    pairs.emplace_back(truth, clusters);
  }
  pairs.emplace_back(Labelling{0, 0, 1, 1, 2, 2}, Labelling{0, 0, 1, -1, -1, -1});
  const auto run = score_in_python(
      "from scipy.optimize import linear_sum_assignment\n"
      "def f1(a, b):\n"
      "  hit = (a & b).sum()\n"
      "  p, r = hit / b.sum(), hit / a.sum()\n"
      "  return 2 * p * r / (p + r) if hit else 0.0\n"
      "def score(t, c):\n"
      "  types, clusters = np.unique(t), [j for j in np.unique(c) if j >= 0]\n"
      "  f = np.array([[f1(t == i, c == j) for j in clusters] for i in types])\n"
      "  weights = np.array([(t == i).mean() for i in types])\n"
      "  rows, columns = linear_sum_assignment(-f)\n"
      "  hits = np.array([[((t == i) & (c == j)).sum() for j in clusters] for i in types])\n"
      "  best = hits[linear_sum_assignment(-hits)].sum() / len(t)\n"
      "  return [(f.max(1) * weights).sum(), f[rows, columns].sum() / len(types), best]\n",
      pairs);
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  ASSERT_EQ(expected.size(), 3 * pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Contingency table = contingency_with_noise(pairs[i].first, pairs[i].second);
    EXPECT_NEAR(f_weighted(table), expected[3 * i], 1e-12) << "pair " << i;
    EXPECT_NEAR(f_matched(table), expected[3 * i + 1], 1e-12) << "pair " << i;
    EXPECT_NEAR(accuracy(table), expected[3 * i + 2], 1e-12) << "pair " << i;
    EXPECT_EQ(table.left_out, 0);
  }
}

TEST(FMeasure, NothingButNoiseScoresNothing) {
  const Contingency table = contingency_with_noise(Labelling{0, 1, -1}, Labelling{-1, -1, -1});
  EXPECT_EQ(table.total, 2);
  EXPECT_EQ(accuracy(table), 0);
  EXPECT_EQ(f_weighted(table), 0);
  EXPECT_EQ(f_matched(table), 0);
  EXPECT_EQ(f_matched_rare(table, 30), 0);
  EXPECT_THROW(contingency_with_noise(Labelling{-1}, Labelling{-1}), InputError);
}

TEST(FMeasure, PerTypeScoresKnowAbsentAndUnmatchedTypes) {
  const Labelling types{0, 0, 0, 1};
  const Labelling clusters{0, 0, 0, 0};
  const Contingency table = contingency(types, clusters, 3);
  const std::vector<double> best = best_f1(table);
  EXPECT_DOUBLE_EQ(best[0], 6.0 / 7);
  EXPECT_DOUBLE_EQ(best[1], 2.0 / 5);
  EXPECT_TRUE(std::isnan(best[2]));
  const std::vector<double> matched = matched_f1(table, best_matching(table));
  EXPECT_DOUBLE_EQ(matched[0], 6.0 / 7);
  EXPECT_DOUBLE_EQ(matched[1], 0.0);
  EXPECT_TRUE(std::isnan(matched[2]));
  EXPECT_DOUBLE_EQ(f_matched(table), 3.0 / 7);
}

TEST(FMeasure, OfRareTypesIsTheMeanOverThemUnderTheMatchingOfAll) {
  const Labelling types{0, 0, 0, 0, 1, 1, 2};
  const Labelling clusters{0, 0, 0, 1, 1, 1, 1};
  const Contingency table = contingency(types, clusters);
  EXPECT_DOUBLE_EQ(f_matched(table), (6.0 / 7 + 4.0 / 6 + 0.0) / 3);
  EXPECT_DOUBLE_EQ(*f_matched_rare(table, 3), (4.0 / 6 + 0.0) / 2);
  EXPECT_DOUBLE_EQ(*f_matched_rare(table, 2), 0.0);
  EXPECT_FALSE(f_matched_rare(table, 1).has_value());
}

TEST(FMeasure, MatchingByF1MayDifferFromMatchingByCells) {
  // Cluster 0 holds 10 of 30 cells of type 0 and all 6 of type 1; cluster 1 the 20 others of type 0
  // and much of type 2.
  Labelling types;
  Labelling clusters;
  const auto add = [&](int cells, std::int32_t type, std::int32_t cluster) {
    types.insert(types.end(), cells, type);
    clusters.insert(clusters.end(), cells, cluster);
  };
  add(9, 0, 0);
  add(5, 1, 0);
  add(3, 0, 1);
  add(100, 2, 1);
  add(90, 2, 2);
  const Contingency table = contingency(types, clusters);
  const auto sum = [&](const Matching& matching) {
    double total = 0;
    for (const double score : matched_f1(table, matching)) {
      total += score;
    }
    return total;
  };
  EXPECT_GE(sum(best_f1_matching(table)), sum(best_matching(table)));
  EXPECT_GE(best_matching(table).matched_cells, best_f1_matching(table).matched_cells);
}

}  // namespace
}  // namespace mixvae::metrics
