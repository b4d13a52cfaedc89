#include "cluster/pca.hpp"

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

/// Compares scores, components, mean and variances with numpy's SVD (signs fixed the same way).
void compare_with_numpy(const Matrix& x, Index k, double tolerance) {
  const Pca result = pca(x, {.components = k});
  const DenseMatrix dense = to_dense(x);
  const auto run = test::run_python(
      "import numpy as np\n"
      "x = np.loadtxt('x.txt', ndmin=2)\n"
      "k = " +
          std::to_string(k) +
          "\n"
          "u, s, v = np.linalg.svd(x - x.mean(0), full_matrices=False)\n"
          "signs = np.sign(v[np.arange(k), np.abs(v[:k]).argmax(1)])\n"
          "scores, v = u[:, :k] * s[:k] * signs, v[:k] * signs[:, None]\n"
          "total = (s ** 2).sum() / (len(x) - 1)\n"
          "for part in (scores, v, x.mean(0), s[:k] ** 2 / (len(x) - 1), total):\n"
          "  print(*np.ravel(part))\n",
      {{"x.txt", test::number_text(dense.values, static_cast<std::size_t>(dense.columns))}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  std::vector<double> found(result.scores.values.begin(), result.scores.values.end());
  found.insert(found.end(), result.components.values.begin(), result.components.values.end());
  found.insert(found.end(), result.mean.begin(), result.mean.end());
  found.insert(found.end(), result.explained_variance.begin(), result.explained_variance.end());
  found.push_back(result.total_variance);
  ASSERT_EQ(found.size(), expected.size());
  const double scale = std::sqrt(result.explained_variance[0]);
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_NEAR(found[i], expected[i], tolerance * std::max(1.0, scale)) << "number " << i;
  }
}

TEST(Pca, AgreesWithNumpyOnSparseCounts) {
  compare_with_numpy(sparse_counts(300, 120, 0.3, 1), 4, 5e-4);
}

TEST(Pca, AgreesWithNumpyOnTheSameCountsDense) {
  compare_with_numpy(to_dense(sparse_counts(300, 120, 0.3, 1)), 4, 5e-4);
}

TEST(Pca, IsExactWhereTheLastBlockIsNarrow) {
  compare_with_numpy(sparse_counts(200, 37, 0.3, 6), 5, 1e-4);
}

TEST(Pca, IsExactForFewColumns) { compare_with_numpy(separated_groups(100, 8, 5), 8, 1e-4); }

TEST(Pca, IsExactForFewCells) { compare_with_numpy(sparse_counts(9, 60, 0.4, 3), 5, 1e-4); }

TEST(Pca, HandlesTwoCells) { compare_with_numpy(separated_groups(2, 5, 2), 1, 1e-4); }

TEST(Pca, GivesTheSameBitsForAnyNumberOfThreads) {
  const Matrix x = sparse_counts(700, 90, 0.2, 2);
  set_thread_count(1);
  const Pca one = pca(x, {.components = 5});
  set_thread_count(3);
  const Pca three = pca(x, {.components = 5});
  set_thread_count(0);
  EXPECT_EQ(one.scores.values, three.scores.values);
  EXPECT_EQ(one.components.values, three.components.values);
}

TEST(Pca, ProjectsItsOwnCellsOntoTheirScores) {
  const Matrix x = sparse_counts(100, 40, 0.3, 4);
  const Pca result = pca(x, {.components = 3});
  const DenseMatrix scores = project(x, result);
  for (std::size_t i = 0; i < scores.values.size(); ++i) {
    EXPECT_NEAR(scores.values[i], result.scores.values[i], 1e-4);
  }
  EXPECT_THROW(project(DenseMatrix(2, 39), result), Bug);
}

TEST(Pca, OfConstantColumnsIsZero) {
  DenseMatrix x(20, 4);
  std::ranges::fill(x.values, 3.0F);
  const Pca result = pca(x, {.components = 2});
  EXPECT_NEAR(result.explained_variance[0], 0, 1e-9);
  EXPECT_NEAR(result.total_variance, 0, 1e-9);
}

TEST(Pca, RefusesImpossibleSizes) {
  try {
    pca(DenseMatrix(10, 4), {.components = 5});
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("1 to 4, for 10 cells and 4 features"));
  }
  EXPECT_THROW(pca(DenseMatrix(10, 4), {.components = 0}), UsageError);
  try {
    pca(DenseMatrix(1, 4), {.components = 1});
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("at least two cells"));
  }
}

}  // namespace
}  // namespace mixvae::cluster
