#include "cluster/metric.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cluster/samples.hpp"
#include "support/python.hpp"

namespace mixvae::cluster {
namespace metric_test {

using testing::HasSubstr;

/// The metric of scipy that should agree.
std::string scipy_name(const std::string& name) { return name == "manhattan" ? "cityblock" : name; }

DenseMatrix mixed_signs() {
  DenseMatrix x = separated_groups(37, 19, 3, 2.0);
  for (Index r = 0; r < x.rows; ++r) {
    x(r, r % 19) = 0;
    x(r, 7) = 0;  // 0 / 0 of Canberra
  }
  return x;
}

TEST(Metric, AgreesWithScipyInBlocksAndPairs) {
  const DenseMatrix x = mixed_signs();
  for (const std::string& name : metric_names()) {
    const auto run = test::run_python(
        "import numpy as np\n"
        "from scipy.spatial.distance import cdist\n"
        "x = np.loadtxt('x.txt')\n"
        "print(*cdist(x, x, '" +
            scipy_name(name) + "').ravel())\n",
        {{"x.txt", test::number_text(x.values, 19)}});
    MIXVAE_NEEDS_PYTHON(run);
    const std::vector<double> expected = test::numbers_in(run.output);
    const Metric metric = metric_named(name);
    const DenseMatrix rows = comparable_rows(x, metric);
    const PackedRows packed(rows);
    std::vector<float> block(37 * packed.panels() * 16);
    raw_distances(metric, rows, 0, 37, packed, 0, packed.panels(), block);
    for (Index i = 0; i < 37; ++i) {
      for (Index j = 0; j < 37; ++j) {
        const double wanted = expected[i * 37 + j];
        const float raw = block[i * packed.panels() * 16 + j];
        ASSERT_NEAR(distance_from_raw(metric, raw), wanted, 1e-5 * (1 + wanted)) << name;
        const float single = raw_distance(metric, rows.row(i), rows.row(j));
        ASSERT_NEAR(distance_from_raw(metric, single), wanted, 1e-5 * (1 + wanted)) << name;
      }
      EXPECT_EQ(block[i * packed.panels() * 16 + i], 0) << name;
    }
  }
}

template <class Error>
std::string refusal(const DenseMatrix& x, const std::string& metric) {
  try {
    comparable_rows(x, metric_named(metric));
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Metric, RefusesRowsWithoutDirection) {
  DenseMatrix x(3, 4);
  x.values = {1, 2, 3, 4, 0, 0, 0, 0, 4, 3, 2, 1};
  EXPECT_THAT(refusal<InputError>(x, "cosine"), HasSubstr("zero in all features"));
  EXPECT_THAT(refusal<InputError>(x, "cosine"), HasSubstr("row 2"));
  x.values = {1, 2, 3, 4, 4, 3, 2, 1, 0.1F, 0.1F, 0.1F, 0.1F};
  EXPECT_THAT(refusal<InputError>(x, "correlation"), HasSubstr("equal values in all features"));
  EXPECT_THAT(refusal<InputError>(x, "correlation"), HasSubstr("row 3"));
  EXPECT_EQ(refusal<InputError>(x, "cosine"), "accepted");
  EXPECT_EQ(refusal<InputError>(x, "canberra"), "accepted");
}

TEST(Metric, RefusesUnknownNames) {
  EXPECT_THAT(refusal<UsageError>(DenseMatrix(1, 1), "hamming"), HasSubstr("canberra"));
}

}  // namespace metric_test
}  // namespace mixvae::cluster
