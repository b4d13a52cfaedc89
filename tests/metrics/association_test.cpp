#include "metrics/association.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "metrics/labelings.hpp"

namespace mixvae::metrics {
namespace association_test {

std::vector<double> normal_values(std::size_t count, std::uint64_t seed) {
  const Philox random(seed, Purpose::test);
  std::vector<double> values;
  for (std::size_t n = 0; n < count; ++n) {
    values.push_back(static_cast<double>(random.normal(n)));
  }
  return values;
}

/// Counts [N, D], most of them 0, the last column without variation.
DenseMatrix sparse_counts(Index cells, Index columns) {
  DenseMatrix x(cells, columns);
  const Philox random(5, Purpose::test);
  for (Index n = 0; n < cells; ++n) {
    for (Index c = 0; c + 1 < columns; ++c) {
      const float draw = random.normal(static_cast<std::uint64_t>(n * columns + c));
      x(n, c) = draw > 0.7F ? std::round(3 * draw) : 0.0F;
    }
  }
  return x;
}

CsrMatrix compressed(const DenseMatrix& x) {
  CsrMatrix sparse;
  sparse.rows = x.rows;
  sparse.columns = x.columns;
  for (Index n = 0; n < x.rows; ++n) {
    for (Index c = 0; c < x.columns; ++c) {
      if (x(n, c) != 0) {
        sparse.column_numbers.push_back(static_cast<std::int32_t>(c));
        sparse.values.push_back(x(n, c));
      }
    }
    sparse.offsets.push_back(static_cast<Index>(sparse.values.size()));
  }
  return sparse;
}

TEST(Association, CorrelationsWithinGroupsAreThoseOfNumpyForDenseAndSparseValues) {
  for (const std::size_t cells : {7U, 64U, 501U}) {
    const DenseMatrix x = sparse_counts(static_cast<Index>(cells), 5);
    std::vector<double> values = normal_values(cells, 2);
    values[3] = std::nan("");
    Labelling groups = random_labels(cells, 3, 4, 0.1);
    groups[0] = 0;
    const auto run = test::run_python(
        "import numpy as np\nx = np.loadtxt('x', ndmin=2); v = np.loadtxt('v'); g = "
        "np.loadtxt('g')\n"
        "k = (g >= 0) & np.isfinite(v); x, v, g = x[k], v[k], g[k]\n"
        "for l in np.unique(g):\n  x[g == l] -= x[g == l].mean(0); v[g == l] -= v[g == l].mean()\n"
        "s = (x ** 2).sum(0)\n"
        "print(*np.where(s > 1e-9, x.T @ v / np.sqrt(np.maximum(s, 1e-9) * (v @ v)), np.nan))\n",
        {{"x", test::number_text(x.values, 5)},
         {"v", test::number_text(values)},
         {"g", test::number_text(groups)}});
    MIXVAE_NEEDS_PYTHON(run);
    const std::vector<double> expected = test::numbers_in(run.output);
    for (const Matrix& form : {Matrix(x), Matrix(compressed(x))}) {
      const auto both = correlations_within(form, {normal_values(cells, 3), values}, groups);
      ASSERT_EQ(both.size(), 2U);
      const std::vector<double>& found = both[1];
      ASSERT_EQ(found.size(), expected.size());
      for (std::size_t c = 0; c < found.size(); ++c) {
        EXPECT_EQ(std::isnan(found[c]), std::isnan(expected[c])) << cells << " cells, column " << c;
        if (!std::isnan(expected[c])) {
          EXPECT_NEAR(found[c], expected[c], 1e-9) << cells << " cells, column " << c;
        }
      }
    }
  }
}

TEST(Association, CorrelationsAreTheSameForAnyNumberOfThreads) {
  const DenseMatrix x = sparse_counts(200, 300);
  const auto with = [&](int threads) {
    set_thread_count(threads);
    auto found =
        correlations_within(Matrix(x), {normal_values(200, 7)}, random_labels(200, 4, 8)).front();
    set_thread_count(0);
    found.pop_back();  // not a number
    return found;
  };
  EXPECT_EQ(with(1), with(3));
}

TEST(Association, ShareBetweenGroupsIsZeroOneOrInBetween) {
  EXPECT_DOUBLE_EQ(share_between(std::vector<double>{1, 1, 5, 5}, Labelling{0, 0, 1, 1}), 1);
  EXPECT_DOUBLE_EQ(share_between(std::vector<double>{1, 5, 1, 5}, Labelling{0, 0, 1, 1}), 0);
  EXPECT_DOUBLE_EQ(share_between(std::vector<double>{0, 2, 4, 6}, Labelling{0, 0, 1, 1}), 0.7);
  EXPECT_DOUBLE_EQ(share_between(std::vector<double>{0, 2, 4, 6, 99, std::nan("")},
                                 Labelling{0, 0, 1, 1, -1, 0}),
                   0.7);
  EXPECT_TRUE(std::isnan(share_between(std::vector<double>{3, 3}, Labelling{0, 1})));
  EXPECT_TRUE(std::isnan(share_between(std::vector<double>{3, 4}, Labelling{0, 1})));
  EXPECT_THROW(static_cast<void>(share_between(std::vector<double>{3}, Labelling{0, 1})), Bug);
}

TEST(Association, ManyGroupsOfChanceTellNothing) {
  const double told = share_between(normal_values(400, 3), random_labels(400, 100, 4));
  EXPECT_LT(told, 0.09);  // uncorrected it is about 0.25
}

TEST(Association, ValuesWithinGroupsHaveNoMean) {
  const auto within = within_groups(std::vector<double>{1, 3, 10, 7}, Labelling{0, 0, 1, -1});
  EXPECT_EQ(std::vector<double>(within.begin(), within.begin() + 3),
            (std::vector<double>{-1, 1, 0}));
  EXPECT_TRUE(std::isnan(within[3]));
}

TEST(Association, CramersVIsCorrectedForChance) {
  const Labelling a = random_labels(3000, 6, 1);
  EXPECT_NEAR(cramers_v(contingency(a, random_labels(3000, 9, 2))), 0, 0.03);
  EXPECT_NEAR(cramers_v(contingency(a, a)), 1, 1e-9);
  EXPECT_TRUE(std::isnan(cramers_v(contingency(a, Labelling(3000, 0)))));
  const auto run = test::run_python(
      "import numpy as np\nfrom scipy.stats import chi2_contingency as chi\n"
      "t = np.array([[30, 5, 2], [4, 20, 9]]); n = t.sum(); r, k = t.shape\n"
      "p = max(0, chi(t, correction=False)[0] / n - (k - 1) * (r - 1) / (n - 1))\n"
      "print((p / min(k - (k - 1) ** 2 / (n - 1) - 1, r - (r - 1) ** 2 / (n - 1) - 1)) ** 0.5)\n");
  MIXVAE_NEEDS_PYTHON(run);
  Labelling rows;
  Labelling columns;
  const std::vector<std::vector<int>> table{{30, 5, 2}, {4, 20, 9}};
  for (std::int32_t r = 0; r < 2; ++r) {
    for (std::int32_t c = 0; c < 3; ++c) {
      const auto times = static_cast<std::size_t>(table[at(r)][at(c)]);
      rows.insert(rows.end(), times, r);
      columns.insert(columns.end(), times, c);
    }
  }
  EXPECT_NEAR(cramers_v(contingency(rows, columns)), test::numbers_in(run.output).at(0), 1e-12);
}

}  // namespace association_test
}  // namespace mixvae::metrics
