#include "fit/mixture_start.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "cluster/gmm.hpp"

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

/// Mean log likelihood of the rows under a mixture.
double log_likelihood(const DenseMatrix& codes, const models::FittedMixture& mixture) {
  const torch::Tensor x =
      torch::tensor(codes.values).view({codes.rows, 1, codes.columns}).to(torch::kFloat64);
  const torch::Tensor joint =
      mixture.weights.log() - 0.5 * ((x - mixture.means).square() / mixture.variances +
                                     (6.283185307179586 * mixture.variances).log())
                                        .sum(-1);
  return torch::logsumexp(joint, -1).mean().item<double>();
}

TEST(MixtureOfCodes, MoreStartsAreNeverWorse) {
  const DenseMatrix codes = three_groups();
  double before = -1e9;
  double first = 0;
  for (const std::int64_t starts : {1, 4, 16}) {  // the first ones are among the later ones
    const double now = log_likelihood(codes, mixture_of_codes(codes, 9, starts, 1));
    first = starts == 1 ? now : first;
    EXPECT_GE(now, before - 1e-6);
    before = now;
  }
  EXPECT_GT(before, first) << "nine of three groups have many optima";
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
