#include "metrics/logistic_regression.hpp"

#include <numeric>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "support/python.hpp"

namespace mixvae::metrics {
namespace logistic_regression_test {

struct Trials {
  std::vector<double> x;  // [N, 3], the first column 1
  std::vector<double> y;
};

Trials some_trials(std::size_t count) {
  PhiloxStream random(count, Purpose::test);
  Trials trials;
  for (std::size_t n = 0; n < count; ++n) {
    const double a = 4 * random.uniform() - 2;
    const double b = 2 * random.uniform() - 1;
    trials.x.insert(trials.x.end(), {1.0, a, b});
    trials.y.push_back(random.uniform() < logistic(0.5 + a - 2 * b) ? 1.0 : 0.0);
  }
  return trials;
}

/// Derivative of the penalised negative log likelihood by each weight.
std::vector<double> gradient(const Trials& trials, const std::vector<double>& weights) {
  std::vector<double> slope = weights;
  for (std::size_t n = 0; n < trials.y.size(); ++n) {
    const double* const row = trials.x.data() + n * weights.size();
    const double error =
        logistic(std::inner_product(weights.begin(), weights.end(), row, 0.0)) - trials.y[n];
    for (std::size_t w = 0; w < weights.size(); ++w) {
      slope[w] += error * row[w];
    }
  }
  return slope;
}

TEST(LogisticRegression, EndsWhereTheDerivativeIsZero) {
  for (const std::size_t count : {1U, 7U, 400U}) {
    const Trials trials = some_trials(count);
    for (const double slope : gradient(trials, logistic_regression(trials.x, trials.y))) {
      EXPECT_NEAR(slope, 0, 1e-6) << count << " trials";
    }
  }
}

TEST(LogisticRegression, AgreesWithScikitLearn) {
  const Trials trials = some_trials(300);
  std::string script =
      "import numpy as np\nfrom sklearn.linear_model import LogisticRegression\nx = np.array([";
  for (const double value : trials.x) {
    script += std::to_string(value) + ",";
  }
  script += "]).reshape(-1, 3)\ny = np.array([";
  for (const double value : trials.y) {
    script += std::to_string(value) + ",";
  }
  script +=
      "])\nfit = LogisticRegression(C=1, fit_intercept=False, tol=1e-10, max_iter=1000).fit(x, "
      "y)\nprint(*fit.coef_[0])\n";
  const auto run = test::run_python(script);
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const std::vector<double> found = logistic_regression(trials.x, trials.y);
  ASSERT_EQ(expected.size(), found.size());
  for (std::size_t w = 0; w < found.size(); ++w) {
    EXPECT_NEAR(found[w], expected[w], 1e-4);
  }
}

TEST(LogisticRegression, OfSeparableOutcomesIsFinite) {
  const std::vector<double> weights = logistic_regression({-1, -2, 1, 2}, {0, 0, 1, 1});
  EXPECT_GT(weights.at(0), 0);
  EXPECT_LT(weights.at(0), 10);
}

TEST(LogisticRegression, SizesThatDoNotMatchAreABug) {
  EXPECT_THROW(logistic_regression({1, 2, 3}, {1, 0}), Bug);
  EXPECT_THROW(logistic_regression({}, {}), Bug);
}

}  // namespace logistic_regression_test
}  // namespace mixvae::metrics
