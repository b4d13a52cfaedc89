#include "metrics/signatures.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "support/python.hpp"

namespace mixvae::metrics {
namespace signatures_test {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Pointwise;

/// Contrasts of 4 types in 300 features; those of type 0 are high in the first 12.
TypeTable random_contrasts() {
  const Philox random(5, Purpose::test);
  TypeTable means{4, 300, {}};
  for (Index i = 0; i < 4 * 300; ++i) {
    const bool marks = i < 12;
    means.values.push_back(static_cast<double>(random.normal(static_cast<std::uint64_t>(i))) +
                           (marks ? 8.0 : 0.0));
  }
  return type_contrasts(means);
}

const std::vector<Signature> kSignatures{
    {{0, 1, 2, 3, 4, 5}, {}}, {{60, 61, 62}, {50}}, {{2, 70}, {71}}};

TEST(Signatures, MeansAreThoseOfNumpy) {
  const Philox random(3, Purpose::test);
  DenseMatrix x(11, 5);
  std::vector<std::int32_t> labels;
  for (Index n = 0; n < x.rows; ++n) {
    labels.push_back(static_cast<std::int32_t>(n % 4) - 1);
    for (Index f = 0; f < x.columns; ++f) {
      const auto element = static_cast<std::uint64_t>(n * 5 + f);
      x(n, f) = std::floor(random.uniform(element) * 9);
    }
  }
  const auto run = test::run_python(
      "import numpy as np\n"
      "x = np.loadtxt('x.txt')\n"
      "labels = np.loadtxt('labels.txt')\n"
      "l = np.log1p(1e4 * x / x.sum(1, keepdims=True))\n"
      "m = np.array([l[labels == t].mean(0) for t in range(3)])\n"
      "z = (m - m.mean(0)) / (m.std(0) + 0.1)\n"
      "print(*m.ravel(), *z.ravel(), *x[labels == 1].mean(0))\n",
      {{"x.txt", test::number_text(x.values, 5)}, {"labels.txt", test::number_text(labels)}});
  MIXVAE_NEEDS_PYTHON(run);
  const TypeTable means = type_means(x, labels, 3, MarkerScale::counts);
  std::vector<double> found = means.values;
  const TypeTable contrasts = type_contrasts(means);
  found.insert(found.end(), contrasts.values.begin(), contrasts.values.end());
  const TypeTable plain = type_means(x, labels, 3, MarkerScale::values);
  found.insert(found.end(), plain.values.begin() + 5, plain.values.begin() + 10);
  EXPECT_THAT(found, Pointwise(DoubleNear(1e-12), test::numbers_in(run.output)));
}

TEST(Signatures, TypesWithoutCellsTakeNoPartInContrasts) {
  DenseMatrix x(2, 1);
  x.values = {1, 3};
  const TypeTable means = type_means(x, std::vector<std::int32_t>{0, 2}, 3, MarkerScale::values);
  EXPECT_TRUE(std::isnan(means(1, 0)));
  const TypeTable contrasts = type_contrasts(means);
  EXPECT_DOUBLE_EQ(contrasts(0, 0), -1 / 1.1);
  EXPECT_TRUE(std::isnan(contrasts(1, 0)));
  EXPECT_DOUBLE_EQ(contrasts(2, 0), 1 / 1.1);
}

TEST(Signatures, AnEmptyCellOfCountsIsZero) {
  DenseMatrix x(1, 2);
  EXPECT_THAT(type_means(x, std::vector<std::int32_t>{0}, 1, MarkerScale::counts).values,
              ElementsAre(0, 0));
}

TEST(Signatures, ScoreIsTheMeanWithTheSignOfLowOnesTurned) {
  const TypeTable contrasts{2, 3, {1, 2, 4, -1, 0, 0.5}};
  const SignatureScores scores = signature_scores(contrasts, {{{0, 2}, {1}}, {{}, {0}}}, {});
  EXPECT_DOUBLE_EQ(scores(0, 0), (1.0 + 4 - 2) / 3);
  EXPECT_DOUBLE_EQ(scores(1, 0), (-1 + 0.5 - 0) / 3);
  EXPECT_DOUBLE_EQ(scores(1, 1), 1);
  EXPECT_TRUE(std::isnan(scores.p[0])) << "three features are too few to permute";
}

TEST(Signatures, PIsThatOfAPermutationTestInNumpy) {
  const TypeTable contrasts = random_contrasts();
  const auto run = test::run_python(
      "import numpy as np\n"
      "z = np.loadtxt('z.txt')\n"
      "rng = np.random.default_rng(1)\n"
      "sets = [([0, 1, 2, 3, 4, 5], []), ([60, 61, 62], [50]), ([2, 70], [71])]\n"
      "used = sorted({g for up, down in sets for g in up + down})\n"
      "def best(z):\n"
      "  return np.max([np.concatenate([z[:, up], -z[:, down]], axis=1).mean(1) for up, down in "
      "sets], axis=0)\n"
      "def permuted():\n"
      "  other = z.copy()\n"
      "  other[:, used] = z[:, rng.choice(300, len(used), replace=False)]\n"
      "  return best(other)\n"
      "null = np.array([permuted() for _ in range(4000)])\n"
      "print(*((null >= best(z)).sum(0) + 1) / 4001)\n",
      {{"z.txt", test::number_text(contrasts.values, 300)}});
  MIXVAE_NEEDS_PYTHON(run);
  const SignatureScores scores =
      signature_scores(contrasts, kSignatures, {.permutations = 4000, .seed = 1});
  EXPECT_THAT(scores.p, Pointwise(DoubleNear(0.03), test::numbers_in(run.output)));
  EXPECT_LT(scores.p[0], 0.05) << "the markers of type 0 are no chance";
}

TEST(Signatures, PDependsOnTheSeedAloneNotOnThreads) {
  const TypeTable contrasts = random_contrasts();
  const SignatureOptions options{.permutations = 99, .seed = 7};
  set_thread_count(1);
  const SignatureScores one = signature_scores(contrasts, kSignatures, options);
  set_thread_count(3);
  const SignatureScores three = signature_scores(contrasts, kSignatures, options);
  set_thread_count(1);
  EXPECT_EQ(one.p, three.p);
}

}  // namespace signatures_test
}  // namespace mixvae::metrics
