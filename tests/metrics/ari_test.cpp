#include "metrics/ari.hpp"

#include <gtest/gtest.h>

#include "metrics/labelings.hpp"

namespace mixvae::metrics {
namespace {

TEST(Ari, AgreesWithScikitLearn) {
  const auto pairs = awkward_pairs();
  const auto run =
      score_in_python("from sklearn.metrics import adjusted_rand_score as score\n", pairs);
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  ASSERT_EQ(expected.size(), pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    EXPECT_NEAR(ari(contingency(pairs[i].first, pairs[i].second)), expected[i], 1e-12)
        << "pair " << i;
  }
}

TEST(Ari, CanBeNegative) {
  const Labelling types{0, 0, 1, 1};
  const Labelling clusters{0, 1, 0, 1};
  EXPECT_DOUBLE_EQ(ari(contingency(types, clusters)), -0.5);
}

TEST(Ari, IgnoresMissingLabelsAndNumbering) {
  const Labelling types = random_labels(500, 6, 3, 0.2);
  const Labelling clusters = noisy_copy(random_labels(500, 6, 3), 7, 4);
  EXPECT_NEAR(ari(contingency(types, clusters)),
              ari(contingency(relabelled(types, 9), relabelled(clusters, 12))), 1e-12);
}

}  // namespace
}  // namespace mixvae::metrics
