#include "metrics/silhouette.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "metrics/labelings.hpp"

namespace mixvae::metrics {
namespace {

DenseMatrix random_points(Index cells, Index columns, const Labelling& labels) {
  PhiloxStream random(11, Purpose::test);
  DenseMatrix x(cells, columns);
  for (Index i = 0; i < cells; ++i) {
    for (Index c = 0; c < columns; ++c) {
      x(i, c) = static_cast<float>(random.normal() + (labels[i] % columns == c ? 2.0 : 0.0));
    }
  }
  return x;
}

TEST(Silhouette, AgreesWithScikitLearn) {
  Labelling labels = random_labels(301, 6, 3);
  labels[0] = 8;  // alone in its cluster; cluster 6 and 7 are empty
  const DenseMatrix x = random_points(301, 5, labels);
  const auto run = test::run_python(
      "import numpy as np\n"
      "from sklearn.metrics import silhouette_score\n"
      "labels = np.loadtxt('labels.txt').astype(int)\n"
      "print(silhouette_score(np.loadtxt('x.txt'), labels))\n",
      {{"x.txt", test::number_text(x.values, 5)}, {"labels.txt", test::number_text(labels)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const Silhouette result = silhouette(x, labels);
  EXPECT_EQ(result.cells, 301);
  EXPECT_NEAR(result.mean, expected[0], 1e-5);
}

TEST(Silhouette, LeavesOutCellsWithoutALabel) {
  const Labelling labels = random_labels(100, 3, 4, 0.3);
  const DenseMatrix x = random_points(100, 2, labels);
  Labelling kept;
  DenseMatrix kept_x(0, 2);
  for (Index i = 0; i < 100; ++i) {
    if (labels[i] >= 0) {
      kept.push_back(labels[i]);
      kept_x.values.insert(kept_x.values.end(), x.row(i).begin(), x.row(i).end());
      ++kept_x.rows;
    }
  }
  EXPECT_DOUBLE_EQ(silhouette(x, labels).mean, silhouette(kept_x, kept).mean);
}

TEST(Silhouette, OfASampleIsNearThatOfAllCells) {
  const Labelling labels = random_labels(3000, 4, 5);
  const DenseMatrix x = random_points(3000, 4, labels);
  const Silhouette all = silhouette(x, labels);
  const Silhouette sample = silhouette(x, labels, {.most_cells = 1000, .seed = 7});
  EXPECT_EQ(sample.cells, 1000);
  EXPECT_NEAR(sample.mean, all.mean, 0.03);
  EXPECT_EQ(sample.mean, silhouette(x, labels, {.most_cells = 1000, .seed = 7}).mean);
  EXPECT_NE(sample.mean, silhouette(x, labels, {.most_cells = 1000, .seed = 8}).mean);
}

TEST(Silhouette, GivesTheSameBitsForAnyNumberOfThreads) {
  const Labelling labels = random_labels(500, 4, 6);
  const DenseMatrix x = random_points(500, 3, labels);
  set_thread_count(1);
  const double one = silhouette(x, labels).mean;
  set_thread_count(3);
  const double three = silhouette(x, labels).mean;
  set_thread_count(0);
  EXPECT_EQ(one, three);
}

TEST(Silhouette, OfEqualPointsIsZero) {
  const Labelling labels{0, 0, 1, 1};
  EXPECT_EQ(silhouette(DenseMatrix(4, 2), labels).mean, 0);
}

TEST(Silhouette, RefusesOneClusterAndOnlySingletons) {
  const Labelling same{0, 0, 0};
  const Labelling singletons{0, 1, 2};
  try {
    silhouette(DenseMatrix(3, 1), same);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("two clusters or more"));
    EXPECT_THAT(error.what(), testing::HasSubstr("1 clusters of 3 cells"));
  }
  EXPECT_THROW(silhouette(DenseMatrix(3, 1), singletons), InputError);
  EXPECT_THROW(silhouette(DenseMatrix(0, 1), {}), InputError);
  EXPECT_THROW(silhouette(DenseMatrix(2, 1), same), Bug);
}

}  // namespace
}  // namespace mixvae::metrics
