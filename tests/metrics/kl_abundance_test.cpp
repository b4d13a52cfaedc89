#include "metrics/kl_abundance.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "metrics/labelings.hpp"

namespace mixvae::metrics {
namespace {

TEST(KlAbundance, IsTheDivergenceOfMatchedHistograms) {
  const Labelling types{0, 0, 0, 1, 1, 1, 1, 1};
  const Labelling clusters{1, 1, 0, 0, 0, 0, 0, 0};
  const Contingency table = contingency(types, clusters);
  const double expected = 0.25 * std::log(0.25 / 0.375) + 0.75 * std::log(0.75 / 0.625);
  EXPECT_NEAR(kl_abundance(table, best_matching(table)), expected, 1e-12);
}

TEST(KlAbundance, ComparesMeanPosteriorsWithAUniformPrior) {
  const Labelling types{0, 1};
  const Contingency table = contingency(types, types);
  const std::vector<double> weights{0.9, 0.1};
  const std::vector<double> uniform{1, 1};
  EXPECT_NEAR(kl_abundance(weights, uniform, best_matching(table)),
              std::log(2.0) + 0.9 * std::log(0.9) + 0.1 * std::log(0.1), 1e-12);
}

TEST(KlAbundance, IsZeroForAPerfectClusteringAndCountsHalfACellForUnmatchedClusters) {
  const Labelling types{0, 0, 1, 1};
  const Contingency perfect = contingency(types, relabelled(types, 2));
  EXPECT_DOUBLE_EQ(kl_abundance(perfect, best_matching(perfect)), 0);
  const Labelling split{0, 0, 1, 2};
  const Contingency table = contingency(types, split);
  const double expected = 0.5 * std::log(0.5 * 4.5 / 2) + 0.25 * std::log(0.25 * 4.5 / 2) +
                          0.25 * std::log(0.25 * 4.5 / 0.5);
  EXPECT_NEAR(kl_abundance(table, best_matching(table)), expected, 1e-12);
}

TEST(KlAbundance, TypesWithoutAClusterOnlyTakeMass) {
  const Labelling types{0, 0, 0, 1};
  const Labelling clusters{0, 0, 0, 0};
  const Contingency table = contingency(types, clusters);
  EXPECT_NEAR(kl_abundance(table, best_matching(table)), std::log(4.0 / 3), 1e-12);
}

TEST(KlAbundance, AssertsItsInput) {
  const Labelling types{0, 1};
  const Contingency table = contingency(types, types);
  const Matching matching = best_matching(table);
  const std::vector<double> good{1, 1};
  EXPECT_THROW(kl_abundance(std::vector<double>{1, 1, 1}, good, matching), Bug);
  EXPECT_THROW(kl_abundance(std::vector<double>{-1, 2}, good, matching), Bug);
  EXPECT_THROW(kl_abundance(good, std::vector<double>{0, 0}, matching), Bug);
}

}  // namespace
}  // namespace mixvae::metrics
