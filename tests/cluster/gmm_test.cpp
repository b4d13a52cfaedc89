#include "cluster/gmm.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cluster/samples.hpp"
#include "support/python.hpp"

namespace mixvae::cluster {
namespace {

using testing::HasSubstr;

/// scikit-learn's mixture at our parameters: its score and posteriors, and the score after ten more
/// steps of its own.
void compare_with_sklearn(Covariance kind) {
  const std::string name = kind == Covariance::full ? "full" : "diag";
  const DenseMatrix x = separated_groups(400, 3, 5, 2.0);
  const Gmm found = gaussian_mixture(
      x, {.components = 4, .covariance = kind, .iterations = 500, .tolerance = 1e-9});
  EXPECT_TRUE(found.converged);
  const auto run = test::run_python(
      "import numpy as np\n"
      "from sklearn.mixture import GaussianMixture\n"
      "x, w, m, c = [np.loadtxt(f) for f in ('x.txt', 'w.txt', 'm.txt', 'c.txt')]\n"
      "c = c.reshape((4, 3, 3) if '" +
          name +
          "' == 'full' else (4, 3))\n"
          "p = np.linalg.inv(c) if c.ndim == 3 else 1 / c\n"
          "g = GaussianMixture(4, covariance_type='" +
          name +
          "', max_iter=10, tol=1e-12, weights_init=w,\n"
          "  means_init=m, precisions_init=p)\n"
          "g.fit(x)\n"
          "print(g.score(x))\n"
          "from scipy.stats import multivariate_normal as n\n"
          "joint = np.stack([w[k] * n(m[k], c[k] if c.ndim == 3 else np.diag(c[k])).pdf(x) for k "
          "in range(4)], 1)\n"
          "print(np.log(joint.sum(1)).mean())\n"
          "print(*(joint / joint.sum(1, keepdims=True)).ravel())\n",
      {{"x.txt", test::number_text(x.values, 3)},
       {"w.txt", test::number_text(found.weights)},
       {"m.txt", test::number_text(found.means.values, 3)},
       {"c.txt", test::number_text(found.covariances, 3)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  ASSERT_EQ(expected.size(), 2 + found.posteriors.values.size());
  EXPECT_NEAR(found.log_likelihood, expected[0], 1e-4) << "more steps of EM gain nothing";
  EXPECT_NEAR(found.log_likelihood, expected[1], 1e-6);
  for (std::size_t i = 0; i < found.posteriors.values.size(); ++i) {
    ASSERT_NEAR(found.posteriors.values[i], expected[i + 2], 1e-5);
  }
}

TEST(Gmm, WithDiagonalCovariancesIsAMaximumAccordingToScikitLearn) {
  compare_with_sklearn(Covariance::diagonal);
}

TEST(Gmm, WithFullCovariancesIsAMaximumAccordingToScikitLearn) {
  compare_with_sklearn(Covariance::full);
}

TEST(Gmm, OfOneComponentIsTheSampleMeanAndCovariance) {
  DenseMatrix x(4, 2);
  x.values = {0, 0, 2, 0, 0, 4, 2, 4};
  const Gmm found = gaussian_mixture(x, {.components = 1, .covariance = Covariance::full});
  EXPECT_THAT(found.means.values, testing::ElementsAre(1, 2));
  EXPECT_NEAR(found.covariances[0], 1, 1e-5);
  EXPECT_NEAR(found.covariances[1], 0, 1e-5);
  EXPECT_NEAR(found.covariances[3], 4, 1e-5);
  EXPECT_NEAR(found.log_likelihood, -std::log(2 * M_PI) - std::log(2.0) - 1, 1e-5);
}

TEST(Gmm, SurvivesEqualCellsAndFarOutliers) {
  DenseMatrix x(20, 3);
  x(19, 0) = 1e6F;
  for (const Covariance kind : {Covariance::diagonal, Covariance::full}) {
    const Gmm found = gaussian_mixture(x, {.components = 3, .covariance = kind});
    EXPECT_TRUE(std::isfinite(found.log_likelihood));
    EXPECT_NE(found.labels[19], found.labels[0]);
    for (const float p : found.posteriors.values) {
      EXPECT_TRUE(std::isfinite(p));
    }
  }
}

TEST(Gmm, GivesTheSameBitsForAnyNumberOfThreads) {
  const DenseMatrix x = separated_groups(700, 4, 6, 2.0);
  set_thread_count(1);
  const Gmm one = gaussian_mixture(x, {.components = 5, .covariance = Covariance::full});
  set_thread_count(3);
  const Gmm three = gaussian_mixture(x, {.components = 5, .covariance = Covariance::full});
  set_thread_count(0);
  EXPECT_EQ(one.posteriors.values, three.posteriors.values);
  EXPECT_EQ(one.log_likelihood, three.log_likelihood);
}

TEST(Gmm, RefusesMoreComponentsThanCellsAndHopelessCovariances) {
  const DenseMatrix x = separated_groups(3, 2, 1);
  EXPECT_THROW(gaussian_mixture(x, {.components = 4}), UsageError);
  try {
    gaussian_mixture(x, {.components = 2, .covariance = Covariance::full, .regularisation = 0});
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("not positive definite"));
    EXPECT_THAT(error.what(), HasSubstr("fewer components"));
  }
}

}  // namespace
}  // namespace mixvae::cluster
