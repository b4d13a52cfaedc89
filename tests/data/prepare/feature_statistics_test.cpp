#include "data/prepare/feature_statistics.hpp"

#include <numeric>

#include <gtest/gtest.h>

#include "base/parallel.hpp"
#include "data/small_datasets.hpp"
#include "support/python.hpp"

namespace mixvae {
namespace feature_statistics_test {

FeatureStatistics plain_statistics(const Matrix& matrix) {
  std::vector<Index> rows(static_cast<std::size_t>(row_count(matrix)));
  std::iota(rows.begin(), rows.end(), Index{0});
  return feature_statistics(matrix, rows, [](Index, Index, float raw) { return raw; });
}

TEST(FeatureStatistics, AgreeWithNumpyForSparseAndDense) {
  const DenseMatrix counts = test::random_counts(53, 11);
  const auto run = test::run_python(R"(
import numpy as np
x = np.loadtxt("x.txt")
print(*x.mean(0)); print(*x.var(0, ddof=1)); print(*x.min(0)); print(*x.max(0)); print(*(x != 0).sum(0))
)",
                                    {{"x.txt", test::number_text(counts.values, 11)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  for (const Matrix& matrix : {Matrix(counts), Matrix(test::sparse_of(counts))}) {
    const FeatureStatistics found = plain_statistics(matrix);
    for (std::size_t f = 0; f < 11; ++f) {
      EXPECT_NEAR(found.mean[f], expected[f], 1e-12);
      EXPECT_NEAR(found.variance[f], expected[11 + f], 1e-10);
      EXPECT_EQ(found.minimum[f], expected[22 + f]);
      EXPECT_EQ(found.maximum[f], expected[33 + f]);
      EXPECT_EQ(static_cast<double>(found.expressed[f]), expected[44 + f]);
    }
  }
}

TEST(FeatureStatistics, LargeOffsetsDoNotCancel) {
  DenseMatrix matrix(4, 1);
  matrix.values = {1e6F, 1e6F + 1, 1e6F + 2, 1e6F + 3};
  EXPECT_NEAR(plain_statistics(matrix).variance[0], 5.0 / 3.0, 1e-9);
}

TEST(FeatureStatistics, SeeOnlyTheChosenRows) {
  const DenseMatrix matrix = test::dense(3, 1, {1, 100, 3});
  const std::vector<Index> rows{0, 2};
  const auto found = feature_statistics(matrix, rows, [](Index, Index, float raw) { return raw; });
  EXPECT_EQ(found.mean[0], 2);
  EXPECT_EQ(found.variance[0], 2);
}

TEST(FeatureStatistics, SameBitsForAnyNumberOfThreads) {
  const CsrMatrix matrix = test::sparse_of(test::random_counts(1001, 7));
  set_thread_count(1);
  const FeatureStatistics one = plain_statistics(matrix);
  set_thread_count(3);
  const FeatureStatistics three = plain_statistics(matrix);
  set_thread_count(0);
  EXPECT_EQ(one.mean, three.mean);
  EXPECT_EQ(one.variance, three.variance);
}

}  // namespace feature_statistics_test
}  // namespace mixvae
