#include "cluster/merged_gmm.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "cluster/samples.hpp"
#include "support/python.hpp"

namespace mixvae::cluster {
namespace merged_gmm_test {

/// Two crossing, one broad and one small group in the plane, by rows of 100 cells: 0, 1, 2, 2,
/// 2, 3.
constexpr Index kGroupOfRow[] = {0, 1, 2, 2, 2, 3};

Index true_group(Index n) { return kGroupOfRow[n / 100 % 6]; }

DenseMatrix crossing_groups(Index cells) {
  DenseMatrix x(cells, 2);
  PhiloxStream random(11, Purpose::test);
  const double spreads[4][2] = {{5, 0.3}, {0.3, 5}, {4, 4}, {0.4, 0.4}};
  const double centres[4][2] = {{0, 0}, {0, 0}, {30, 0}, {0, 20}};
  for (Index n = 0; n < cells; ++n) {
    for (Index c = 0; c < 2; ++c) {
      const auto group = true_group(n);
      x(n, c) = static_cast<float>(centres[group][c] + spreads[group][c] * random.normal());
    }
  }
  return x;
}

TEST(MergedGmm, FindsTheNumberOfGroupsThatCrossAndDiffer) {
  const DenseMatrix x = crossing_groups(1200);
  for (const Index most : {4, 15}) {
    const MergedGmm found = merged_gmm(x, {.most = most});
    ASSERT_EQ(found.mixture.weights.size(), 4) << "at most " << most;
    Index wrong = 0;
    for (Index n = 0; n < x.rows; ++n) {
      // By falling size: the broad group, then three of equal size.
      wrong += (found.mixture.labels[n] == 0) == (true_group(n) == 2) ? 0 : 1;
    }
    EXPECT_LE(wrong, 2);
    EXPECT_NEAR(found.mixture.weights[0], 0.5, 0.01);
  }
}

TEST(MergedGmm, GivesNoMoreThanAsked) {
  const DenseMatrix x = separated_groups(1500, 3, 6);
  EXPECT_EQ(merged_gmm(x, {.most = 20}).mixture.weights.size(), 6);
  EXPECT_EQ(merged_gmm(x, {.most = 6}).mixture.weights.size(), 6);
  EXPECT_EQ(merged_gmm(x, {.most = 5}).mixture.weights.size(), 5);
}

TEST(MergedGmm, OfOneGroupIsOneGaussianWithItsSampleMoments) {
  const DenseMatrix x = separated_groups(300, 2, 1, 1.0);
  const MergedGmm one = merged_gmm(x, {.most = 1});
  const MergedGmm some = merged_gmm(x, {.most = 8});
  const Gmm plain = gaussian_mixture(x, {.components = 1, .covariance = Covariance::full});
  ASSERT_EQ(some.mixture.weights.size(), 1);
  EXPECT_NEAR(one.mixture.log_likelihood, plain.log_likelihood, 1e-9);
  EXPECT_NEAR(some.mixture.log_likelihood, plain.log_likelihood, 1e-9);
  for (int i = 0; i < 4; ++i) {
    EXPECT_NEAR(some.mixture.covariances[i], plain.covariances[i], 1e-9);
  }
}

TEST(MergedGmm, HasTheBicOfItsParameters) {
  EXPECT_DOUBLE_EQ(bic(-1.5, 100, 1, 1), 300 + 2 * std::log(100.0));
  EXPECT_DOUBLE_EQ(bic(-1.5, 100, 3, 2), 300 + 17 * std::log(100.0));
  const DenseMatrix x = crossing_groups(1200);
  const MergedGmm found = merged_gmm(x, {.most = 9});
  EXPECT_DOUBLE_EQ(found.bic, bic(found.mixture.log_likelihood, 1200, 4, 2));
}

TEST(MergedGmm, AgreesWithTheNumberAndTheBicOfScikitLearn) {
  const DenseMatrix x = crossing_groups(900);
  const MergedGmm found = merged_gmm(x, {.most = 8});
  const auto run = test::run_python(
      "import numpy as np\n"
      "from sklearn.mixture import GaussianMixture as G\n"
      "x = np.loadtxt('x.txt')\n"
      "bics = [G(k, n_init=3, tol=1e-6, max_iter=300, random_state=0).fit(x).bic(x)\n"
      "        for k in range(3, 6)]\n"
      "print(3 + int(np.argmin(bics)), min(bics))\n",
      {{"x.txt", test::number_text(x.values, 2)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  ASSERT_EQ(expected.size(), 2);
  EXPECT_EQ(found.mixture.weights.size(), expected[0]);
  EXPECT_NEAR(found.bic, expected[1], 0.5);
}

TEST(MergedGmm, SurvivesFewCellsAndEqualCells) {
  const DenseMatrix few = separated_groups(5, 4, 2);
  EXPECT_EQ(merged_gmm(few, {.most = 5}).mixture.weights.size(), 1);
  const MergedGmm equal = merged_gmm(DenseMatrix(200, 3), {.most = 10});
  EXPECT_TRUE(std::isfinite(equal.bic));
  for (const std::int32_t label : equal.mixture.labels) {
    EXPECT_EQ(label, 0);
  }
}

TEST(MergedGmm, GivesTheSameBitsForAnyNumberOfThreads) {
  const DenseMatrix x = crossing_groups(700);
  set_thread_count(1);
  const MergedGmm one = merged_gmm(x, {.most = 7});
  set_thread_count(3);
  const MergedGmm three = merged_gmm(x, {.most = 7});
  set_thread_count(0);
  EXPECT_EQ(one.mixture.posteriors.values, three.mixture.posteriors.values);
  EXPECT_EQ(one.bic, three.bic);
}

TEST(MergedGmm, RefusesMoreComponentsThanCellsAndValuesThatAreNotFinite) {
  DenseMatrix x = separated_groups(6, 2, 1);
  EXPECT_THROW(merged_gmm(x, {.most = 7}), UsageError);
  EXPECT_THROW(merged_gmm(x, {.most = 0}), UsageError);
  x(3, 1) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(merged_gmm(x, {.most = 2}), InputError);
}

}  // namespace merged_gmm_test
}  // namespace mixvae::cluster
