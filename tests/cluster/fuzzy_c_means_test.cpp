#include "cluster/fuzzy_c_means.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cluster/samples.hpp"
#include "support/python.hpp"

namespace mixvae::cluster {
namespace {

using testing::HasSubstr;

TEST(FuzzyCMeans, IsThatOfThePaperInNumpy) {
  const DenseMatrix x = separated_groups(700, 3, 4, 2.5);
  DenseMatrix centres(4, 3);
  std::copy_n(x.values.begin() + 30, 12, centres.values.begin());
  const FuzzyCMeansOptions options{
      .clusters = 4, .fuzzifier = 1.7, .iterations = 25, .tolerance = 0};
  const auto run = test::run_python(
      "import numpy as np\n"
      "x = np.loadtxt('x.txt'); c = np.loadtxt('c.txt'); m = 1.7\n"
      "for step in range(25):\n"
      "  d = ((x[:, None] - c) ** 2).sum(2) + 1e-300\n"
      "  u = 1 / ((d[:, :, None] / d[:, None]) ** (1 / (m - 1))).sum(2)\n"
      "  j = (u ** m * d).sum()\n"
      "  if step < 24: c = (u ** m).T @ x / (u ** m).sum(0)[:, None]\n"
      "print(j, *u.ravel(), *c.ravel())\n",
      {{"x.txt", test::number_text(x.values, 3)}, {"c.txt", test::number_text(centres.values, 3)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const FuzzyCMeans found = fuzzy_c_means_from(x, centres, options);
  ASSERT_EQ(expected.size(), 1 + 700 * 4 + 12);
  EXPECT_NEAR(found.objective, expected[0], 1e-6 * expected[0]);
  for (std::size_t i = 0; i < 700 * 4; ++i) {
    ASSERT_NEAR(found.memberships.values[i], expected[1 + i], 1e-5);
  }
  for (std::size_t i = 0; i < 12; ++i) {
    ASSERT_NEAR(found.centres.values[i], expected[2801 + i], 1e-4);
  }
}

TEST(FuzzyCMeans, FindsSeparateGroups) {
  const FuzzyCMeans found = fuzzy_c_means(separated_groups(200, 4, 4), {.clusters = 4});
  for (Index i = 4; i < 200; ++i) {
    EXPECT_EQ(found.labels[i], found.labels[i % 4]);
  }
}

TEST(FuzzyCMeans, SharesCellsThatLieOnSeveralCentres) {
  const FuzzyCMeans equal = fuzzy_c_means(DenseMatrix(10, 2), {.clusters = 3});
  for (const float value : equal.memberships.values) {
    EXPECT_FLOAT_EQ(value, 1.0F / 3);
  }
  EXPECT_EQ(fuzzy_c_means(DenseMatrix(1, 2), {.clusters = 1}).labels[0], 0);
}

TEST(FuzzyCMeans, GivesTheSameBitsForAnyNumberOfThreads) {
  const DenseMatrix x = separated_groups(3000, 3, 3, 3.0);
  const FuzzyCMeansOptions options{.clusters = 5, .starts = 2, .iterations = 10, .seed = 3};
  set_thread_count(1);
  const FuzzyCMeans one = fuzzy_c_means(x, options);
  set_thread_count(3);
  const FuzzyCMeans three = fuzzy_c_means(x, options);
  set_thread_count(0);
  EXPECT_EQ(one.memberships.values, three.memberships.values);
}

TEST(FuzzyCMeans, RefusesWhatMakesNoSense) {
  EXPECT_THROW(fuzzy_c_means(DenseMatrix(3, 1), {.clusters = 4}), UsageError);
  try {
    fuzzy_c_means(DenseMatrix(3, 1), {.clusters = 2, .fuzzifier = 1});
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("above 1"));
  }
}

}  // namespace
}  // namespace mixvae::cluster
