#include "fit/mixture_start.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "cluster/gmm.hpp"
#include "cluster/kmeans.hpp"

namespace mixvae::fit {
namespace mixture_start_test {

/// 300 + 200 + 100 codes around (0, 0), (8, 0) and (0, 8), of standard deviations 1, 0.5 and 2.
DenseMatrix three_groups() {
  PhiloxStream random(11, Purpose::test);
  DenseMatrix codes(600, 2);
  for (Index n = 0; n < codes.rows; ++n) {
    const int group = n < 300 ? 0 : (n < 500 ? 1 : 2);
    const double deviation = group == 0 ? 1 : (group == 1 ? 0.5 : 2);
    codes.row(n)[0] = static_cast<float>((group == 1 ? 8 : 0) + deviation * random.normal());
    codes.row(n)[1] = static_cast<float>((group == 2 ? 8 : 0) + deviation * random.normal());
  }
  return codes;
}

TEST(MixtureOfCodes, FindsTheGroups) {
  const models::FittedMixture found = mixture_of_codes(three_groups(), 3, 2, 1);
  const auto number = [](const torch::Tensor& tensor) { return tensor.item<double>(); };
  EXPECT_NEAR(number(found.weights.sum()), 1, 1e-9);
  for (std::int64_t k = 0; k < 3; ++k) {  // by falling size
    EXPECT_NEAR(number(found.weights[k]), 0.5 - 0.5 * static_cast<double>(k) / 3, 0.01);
    EXPECT_NEAR(number(found.means[k][0]), k == 1 ? 8 : 0, 0.3);
    EXPECT_NEAR(number(found.means[k][1]), k == 2 ? 8 : 0, 0.5);
    const double variance = k == 0 ? 1 : (k == 1 ? 0.25 : 4);
    EXPECT_NEAR(number(found.variances[k][0]), variance, 0.3 * variance);
  }
}

/// A thousandth of the columns' mean variance.
double least_variance(const DenseMatrix& codes) {
  const torch::Tensor x = torch::tensor(codes.values).view({codes.rows, -1}).to(torch::kFloat64);
  return 1e-3 * x.var(0, false).mean().item<double>();
}

TEST(MixtureOfCodes, IsThatOfTheBestKmeansClustering) {
  const DenseMatrix codes = three_groups();
  const cluster::Kmeans best = cluster::kmeans(codes, {.clusters = 9, .starts = 5, .seed = 1});
  const cluster::Kmeans first = cluster::kmeans(codes, {.clusters = 9, .starts = 1, .seed = 1});
  ASSERT_LT(best.inertia, first.inertia) << "nine of three groups have many optima";
  const cluster::Gmm expected = cluster::gaussian_mixture(
      codes, {.components = 9, .regularisation = least_variance(codes), .starts = 5, .seed = 1});
  const torch::Tensor means = torch::tensor(expected.means.values).view({9, 2});
  const auto distance = [&](std::int64_t starts) {
    return (mixture_of_codes(codes, 9, starts, 1).means - means).abs().max().item<double>();
  };
  EXPECT_LT(distance(5), 1e-3);
  EXPECT_GT(distance(1), 1e-3) << "another start";
}

TEST(MixtureOfCodes, NoComponentIsNarrowerThanAThousandthOfTheVariance) {
  DenseMatrix codes = three_groups();
  double mean = 0;
  double squares = 0;
  for (Index n = 0; n < codes.rows; ++n) {
    codes.row(n)[1] = 3;  // a dead dimension
    mean += codes.row(n)[0] / static_cast<double>(codes.rows);
    squares +=
        codes.row(n)[0] * static_cast<double>(codes.row(n)[0]) / static_cast<double>(codes.rows);
  }
  const double floor = 1e-3 * (squares - mean * mean) / 2;
  const models::FittedMixture found = mixture_of_codes(codes, 2, 1, 1);
  for (std::int64_t k = 0; k < 2; ++k) {
    EXPECT_NEAR(found.variances[k][1].item<double>(), floor, 1e-6 * floor + 1e-9);
  }
}

TEST(MixtureOfCodes, NeedsAsManyCellsAsTypes) {
  DenseMatrix codes(2, 1);
  codes.values = {1, 2};
  EXPECT_THROW(mixture_of_codes(codes, 3, 1, 1), UsageError);
}

}  // namespace mixture_start_test
}  // namespace mixvae::fit
