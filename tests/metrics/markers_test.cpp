#include "metrics/markers.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "metrics/labelings.hpp"

namespace mixvae::metrics {
namespace {

using testing::HasSubstr;

/// Small counts, many of them zero; features f with f % types == t are higher in type t. Dense and
/// sparse form.
DenseMatrix random_counts(const Labelling& labels, Index features) {
  PhiloxStream random(21, Purpose::test);
  DenseMatrix x(static_cast<Index>(labels.size()), features);
  for (Index i = 0; i < x.rows; ++i) {
    for (Index f = 0; f < features; ++f) {
      const double level = labels[i] >= 0 && f % 4 == labels[i] ? 4.0 : 1.0;
      x(i, f) = std::floor(static_cast<float>(level * random.uniform() * random.uniform() * 2));
    }
  }
  return x;
}

CsrMatrix sparse(const DenseMatrix& dense) {
  CsrMatrix x;
  x.rows = dense.rows;
  x.columns = dense.columns;
  for (Index i = 0; i < dense.rows; ++i) {
    for (Index f = 0; f < dense.columns; ++f) {
      if (dense(i, f) != 0) {
        x.column_numbers.push_back(static_cast<std::int32_t>(f));
        x.values.push_back(dense(i, f));
      }
    }
    x.offsets.push_back(static_cast<Index>(x.values.size()));
  }
  return x;
}

void compare_with_scipy(const DenseMatrix& x, const Labelling& labels, MarkerScale scale) {
  const bool counts = scale == MarkerScale::counts;
  const auto run = test::run_python(
      std::string("import numpy as np\n"
                  "from scipy.stats import mannwhitneyu\n"
                  "x = np.loadtxt('x.txt')\n"
                  "labels = np.loadtxt('labels.txt').astype(int)\n") +
          (counts ? "sums = x.sum(1, keepdims=True)\n"
                    "x = (x * (1e4 / np.where(sums > 0, sums, 1)).astype('f4')).astype('f4')\n"
                  : "") +
          "for t in range(4):\n"
          "  a, b = x[labels == t], x[(labels >= 0) & (labels != t)]\n"
          "  for f in range(x.shape[1]):\n"
          "    p = mannwhitneyu(a[:, f], b[:, f], use_continuity=False, "
          "method='asymptotic').pvalue\n"
          "    m, n = a[:, f].astype(float).mean(), b[:, f].astype(float).mean()\n" +
          (counts ? "    effect = np.log2((m + 1) / (n + 1))\n" : "    effect = m - n\n") +
          "    print(p, effect, (a[:, f] > 0).mean(), (b[:, f] > 0).mean())\n",
      {{"x.txt", test::number_text(x.values, static_cast<std::size_t>(x.columns))},
       {"labels.txt", test::number_text(labels)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const MarkerStatistics found = marker_statistics(sparse(x), labels, 4, scale);
  ASSERT_EQ(expected.size(), 4 * found.log10_p.size());
  for (std::size_t i = 0; i < found.log10_p.size(); ++i) {
    ASSERT_NEAR(std::pow(10, found.log10_p[i]), expected[4 * i], 1e-9 + 1e-6 * expected[4 * i])
        << i;
    ASSERT_NEAR(found.effect[i], expected[4 * i + 1], 1e-5) << i;
    ASSERT_NEAR(found.fraction_in[i], expected[4 * i + 2], 1e-6) << i;
    ASSERT_NEAR(found.fraction_out[i], expected[4 * i + 3], 1e-6) << i;
  }
}

TEST(Markers, AgreeWithScipyOnCounts) {
  const Labelling labels = random_labels(150, 4, 1, 0.1);
  compare_with_scipy(random_counts(labels, 21), labels, MarkerScale::counts);
}

TEST(Markers, AgreeWithScipyOnScaledValuesBelowZero) {
  const Labelling labels = random_labels(90, 4, 2);
  DenseMatrix x = random_counts(labels, 9);
  for (float& value : x.values) {
    value -= value > 0 ? 2.0F : 0.0F;
  }
  compare_with_scipy(x, labels, MarkerScale::values);
}

TEST(Markers, AreEqualForDenseAndSparseInputAndAnyNumberOfThreads) {
  const Labelling labels = random_labels(200, 4, 3, 0.1);
  const DenseMatrix x = random_counts(labels, 70);
  set_thread_count(1);
  const auto dense = marker_statistics(x, labels, 4, MarkerScale::counts);
  set_thread_count(3);
  const auto compressed = marker_statistics(sparse(x), labels, 4, MarkerScale::counts);
  set_thread_count(0);
  EXPECT_EQ(dense.score, compressed.score);
  EXPECT_EQ(dense.effect, compressed.effect);
  EXPECT_EQ(dense.log10_p_adjusted, compressed.log10_p_adjusted);
}

TEST(Markers, TopOnesAreThoseOfTheType) {
  const Labelling labels = random_labels(400, 4, 4);
  const auto statistics =
      marker_statistics(random_counts(labels, 20), labels, 4, MarkerScale::counts);
  const auto top = top_markers(statistics, 5, MarkerLevel::high);
  for (Index t = 0; t < 4; ++t) {
    ASSERT_EQ(top[t].size(), 5U);
    for (const Index feature : top[t]) {
      EXPECT_EQ(feature % 4, t);
      EXPECT_LE(statistics.log10_p[statistics.at(t, feature)],
                statistics.log10_p_adjusted[statistics.at(t, feature)]);
    }
  }
}

TEST(Markers, MayBeLowerInAType) {
  const Labelling labels{0, 0, 0, 0, 1, 1, 1, 1};
  DenseMatrix x(8, 3);
  for (Index cell = 0; cell < 8; ++cell) {
    const auto value = static_cast<float>(cell);
    x(cell, 0) = cell < 4 ? 9 + value : value;   // higher in type 0
    x(cell, 1) = cell < 4 ? value - 20 : value;  // lower
    x(cell, 2) = 5;
  }
  const auto statistics = marker_statistics(x, labels, 2, MarkerScale::channels);
  using testing::ElementsAre;
  EXPECT_THAT(top_markers(statistics, 9, MarkerLevel::high)[0], ElementsAre(0));
  EXPECT_THAT(top_markers(statistics, 9, MarkerLevel::low)[0], ElementsAre(1));
  EXPECT_THAT(top_markers(statistics, 9, MarkerLevel::both)[0], ElementsAre(1, 0));
  EXPECT_THAT(top_markers(statistics, 1, MarkerLevel::both)[1], ElementsAre(1));
}

TEST(Markers, OfChannelsHaveMedians) {
  const Labelling labels{0, 0, 0, 1, 1, -1};
  DenseMatrix x(6, 1);
  x.values = {-1, 0, 7, 2, 4, 100};
  const auto statistics = marker_statistics(x, labels, 2, MarkerScale::channels);
  EXPECT_EQ(statistics.median_in, (std::vector<double>{0, 3}));
  EXPECT_EQ(statistics.median_out, (std::vector<double>{3, 0}));
  EXPECT_DOUBLE_EQ(statistics.effect[0], -1);
  EXPECT_TRUE(statistics.fraction_in.empty());
}

TEST(Markers, HavePValuesBelowEveryDouble) {
  Labelling labels(40000);
  DenseMatrix x(40000, 1);
  for (Index cell = 0; cell < x.rows; ++cell) {
    labels[at(cell)] = static_cast<std::int32_t>(cell % 2);
    x(cell, 0) = static_cast<float>(cell % 2 * 1000 + cell % 7);
  }
  const auto statistics = marker_statistics(x, labels, 2, MarkerScale::values);
  EXPECT_LT(statistics.log10_p_adjusted[0], -1000);
  EXPECT_TRUE(std::isfinite(statistics.log10_p_adjusted[0]));
}

TEST(Markers, OfATypeWithoutCellsAreUndefined) {
  const Labelling labels{0, 0, 2, -1};
  DenseMatrix x(4, 2);
  x.values = {1, 0, 2, 0, 0, 0, 9, 9};
  const auto statistics = marker_statistics(x, labels, 3, MarkerScale::values);
  EXPECT_TRUE(std::isnan(statistics.log10_p_adjusted[statistics.at(1, 0)]));
  EXPECT_TRUE(top_markers(statistics, 3, MarkerLevel::both)[1].empty());
  EXPECT_DOUBLE_EQ(statistics.effect[statistics.at(0, 0)], 1.5);
  EXPECT_DOUBLE_EQ(statistics.log10_p[statistics.at(0, 1)], 0);
}

TEST(Markers, RefuseNoLabelsAndAssertTheirInput) {
  const Labelling none{-1, -1};
  try {
    marker_statistics(DenseMatrix(2, 2), none, 3, MarkerScale::values);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no cell has a type"));
  }
  EXPECT_THROW(marker_statistics(DenseMatrix(3, 2), none, 3, MarkerScale::values), Bug);
  const Labelling broken{0, 5};
  EXPECT_THROW(marker_statistics(DenseMatrix(2, 2), broken, 3, MarkerScale::values), Bug);
}

}  // namespace
}  // namespace mixvae::metrics
