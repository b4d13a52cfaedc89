#include "metrics/accuracy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/labelings.hpp"

namespace mixvae::metrics {
namespace {

using testing::ElementsAre;

TEST(Accuracy, AgreesWithScipyAssignment) {
  const auto pairs = awkward_pairs();
  const auto run = score_in_python(
      "from scipy.optimize import linear_sum_assignment\n"
      "def score(t, c):\n"
      "  m = np.zeros((t.max() + 1, c.max() + 1))\n"
      "  np.add.at(m, (t, c), 1)\n"
      "  return [m[linear_sum_assignment(-m)].sum() / len(t)]\n",
      pairs);
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  ASSERT_EQ(expected.size(), pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Contingency table = contingency(pairs[i].first, pairs[i].second);
    EXPECT_NEAR(accuracy(table), expected[i], 1e-12) << "pair " << i;
  }
}

TEST(Accuracy, CellsOfUnmatchedClustersAreErrors) {
  const Labelling types{0, 0, 0, 0, 1, 1};
  const Labelling clusters{0, 0, 0, 1, 2, 2};
  const Contingency table = contingency(types, clusters);
  const Matching matching = best_matching(table);
  EXPECT_THAT(matching.cluster_of_type, ElementsAre(0, 2));
  EXPECT_THAT(matching.type_of_cluster, ElementsAre(0, -1, 1));
  EXPECT_EQ(matching.matched_cells, 5);
  EXPECT_DOUBLE_EQ(accuracy(table), 5.0 / 6);
  EXPECT_THAT(cluster_types(table, matching), ElementsAre(0, 0, 1));
}

TEST(Accuracy, PairsWithoutACommonCellStayUnmatched) {
  const Labelling types{0, 0, 1};
  const Labelling clusters{0, 0, 0};
  const Contingency table = contingency(types, clusters, 3, 2);
  const Matching matching = best_matching(table);
  EXPECT_THAT(matching.cluster_of_type, ElementsAre(0, -1, -1));
  EXPECT_THAT(matching.type_of_cluster, ElementsAre(0, -1));
  EXPECT_THAT(cluster_types(table, matching), ElementsAre(0, -1));
}

TEST(Accuracy, DoesNotDependOnTheNumbering) {
  const Labelling types = random_labels(500, 8, 3, 0.1);
  const Labelling clusters = noisy_copy(random_labels(500, 8, 3), 10, 4);
  EXPECT_DOUBLE_EQ(accuracy(contingency(types, clusters)),
                   accuracy(contingency(relabelled(types, 8), relabelled(clusters, 10))));
}

}  // namespace
}  // namespace mixvae::metrics
