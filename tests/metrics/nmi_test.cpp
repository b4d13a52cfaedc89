#include "metrics/nmi.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "metrics/labelings.hpp"

namespace mixvae::metrics {
namespace {

TEST(Nmi, AgreesWithScikitLearn) {
  const auto pairs = awkward_pairs();
  const auto run = score_in_python(
      "from sklearn.metrics import normalized_mutual_info_score as nmi, mutual_info_score as mi\n"
      "def score(t, c):\n"
      "  return [nmi(t, c, average_method=a) for a in ('arithmetic', 'geometric', 'max')] + [mi(t, "
      "c)]\n",
      pairs);
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  ASSERT_EQ(expected.size(), 4 * pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Contingency table = contingency(pairs[i].first, pairs[i].second);
    EXPECT_NEAR(nmi(table), expected[4 * i], 1e-10) << "pair " << i;
    EXPECT_NEAR(nmi(table, NmiNorm::geometric), expected[4 * i + 1], 1e-10) << "pair " << i;
    EXPECT_NEAR(nmi(table, NmiNorm::maximum), expected[4 * i + 2], 1e-10) << "pair " << i;
    EXPECT_NEAR(mutual_information(table), expected[4 * i + 3], 1e-10) << "pair " << i;
  }
}

TEST(Nmi, OfANestedPartitionHasItsClosedForm) {
  const Labelling types{0, 0, 1, 1};
  const Labelling clusters{0, 1, 2, 3};
  const Contingency table = contingency(types, clusters);
  EXPECT_DOUBLE_EQ(mutual_information(table), std::log(2.0));
  EXPECT_DOUBLE_EQ(nmi(table), 2.0 / 3);
  EXPECT_DOUBLE_EQ(nmi(table, NmiNorm::geometric), 1 / std::sqrt(2.0));
  EXPECT_DOUBLE_EQ(nmi(table, NmiNorm::maximum), 0.5);
}

TEST(Nmi, IgnoresMissingLabelsEmptyLabelsAndNumbering) {
  const Labelling types = random_labels(500, 6, 3, 0.2);
  const Labelling clusters = noisy_copy(random_labels(500, 6, 3), 7, 4);
  const double plain = nmi(contingency(types, clusters));
  EXPECT_NEAR(nmi(contingency(relabelled(types, 9), relabelled(clusters, 12))), plain, 1e-12);
}

}  // namespace
}  // namespace mixvae::metrics
