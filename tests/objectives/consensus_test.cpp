#include "objectives/consensus.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "nn/random.hpp"

namespace mixvae::objectives {
namespace {

constexpr double kEpsilon = 1e-8;

nn::TypePosterior random_posterior(std::int64_t arms, std::int64_t cells, std::int64_t types) {
  const torch::Tensor logits =
      2.0 * nn::normal({arms, cells, types}, {11, Purpose::test, 0}, torch::kFloat64);
  const torch::Tensor q = torch::softmax(logits, -1);
  return {q, torch::log(q + kEpsilon)};
}

/// D_ab (docs/equations.md, consensus distance) written with plain loops.
double plain_d_sigma(const torch::Tensor& q, std::int64_t a, std::int64_t b) {
  const auto v = q.accessor<double, 3>();
  const std::int64_t cells = q.size(1);
  const std::int64_t types = q.size(2);
  const auto weight = [&](std::int64_t arm, std::int64_t k) {
    double mean = 0;
    for (std::int64_t n = 0; n < cells; ++n) mean += v[arm][n][k] / static_cast<double>(cells);
    double variance = 0;
    for (std::int64_t n = 0; n < cells; ++n) variance += std::pow(v[arm][n][k] - mean, 2);
    return 1.0 / std::sqrt(variance / static_cast<double>(cells - 1) + kEpsilon);
  };
  double sum = 0;
  for (std::int64_t k = 0; k < types; ++k) {
    const double wa = weight(a, k);
    const double wb = weight(b, k);
    for (std::int64_t n = 0; n < cells; ++n) {
      sum +=
          std::pow(wa * std::log(v[a][n][k] + kEpsilon) - wb * std::log(v[b][n][k] + kEpsilon), 2);
    }
  }
  return sum / static_cast<double>(cells);
}

TEST(ConsensusDistance, EqualsTheSumOverPairsWrittenWithLoops) {
  for (const std::int64_t arms : {2, 3, 5}) {
    for (const std::int64_t cells : {2, 3, 17}) {
      const auto posterior = random_posterior(arms, cells, 4);
      double expected = 0;
      for (std::int64_t a = 0; a < arms; ++a) {
        for (std::int64_t b = a + 1; b < arms; ++b) expected += plain_d_sigma(posterior.q, a, b);
      }
      const double found = consensus_distance(posterior, TypeDistance::d_sigma, 0).item<double>();
      EXPECT_NEAR(found / expected, 1.0, 1e-10) << arms << " arms, " << cells << " cells";
    }
  }
}

TEST(ConsensusDistance, HasTheGradientOfTheNotes) {
  const std::int64_t cells = 7;
  const torch::Tensor q = random_posterior(2, cells, 3).q.clone().requires_grad_(true);
  consensus_distance({q, torch::log(q + kEpsilon)}, TypeDistance::d_sigma, 0).backward();
  const torch::Tensor d = q.detach();
  const torch::Tensor l = torch::log(d + kEpsilon);
  const torch::Tensor w = torch::rsqrt(d.var(1, true, true) + kEpsilon);
  const torch::Tensor delta = (w * l)[0] - (w * l)[1];
  const torch::Tensor expected =
      2.0 / cells *
      (delta * w[0] / (d[0] + kEpsilon) -
       w[0].pow(3) * (d[0] - d[0].mean(0, true)) / (cells - 1) * (delta * l[0]).sum(0, true));
  EXPECT_TRUE(torch::allclose(q.grad()[0], expected, 1e-8, 1e-8));
}

TEST(ConsensusDistance, AitchisonIsTheCentredLogRatioDistance) {
  const auto posterior = random_posterior(2, 5, 4);
  const torch::Tensor clr = posterior.log_q - posterior.log_q.mean(-1, true);
  const double expected = (clr[0] - clr[1]).square().sum(-1).mean().item<double>();
  EXPECT_NEAR(consensus_distance(posterior, TypeDistance::aitchison, 0).item<double>(), expected,
              1e-9);
}

TEST(ConsensusDistance, EuclideanComparesTheProbabilities) {
  const auto posterior = random_posterior(2, 5, 4);
  const double expected = (posterior.q[0] - posterior.q[1]).square().sum(-1).mean().item<double>();
  EXPECT_NEAR(consensus_distance(posterior, TypeDistance::euclidean, 0).item<double>(), expected,
              1e-12);
}

TEST(ConsensusDistance, AgreementIsTheLogProbabilityOfEqualTypesSummedOverPairs) {
  const auto posterior = random_posterior(3, 5, 4);
  double expected = 0;
  for (std::int64_t a = 0; a < 3; ++a) {
    for (std::int64_t b = a + 1; b < 3; ++b) {
      const torch::Tensor equal = (posterior.q[a] * posterior.q[b]).sum(-1);
      expected -= torch::log(equal).mean().item<double>();
    }
  }
  EXPECT_NEAR(consensus_distance(posterior, TypeDistance::agreement, 0).item<double>(), expected,
              1e-6);
}

TEST(ConsensusDistance, IsZeroForOneArmAndForEqualArms) {
  EXPECT_EQ(consensus_distance(random_posterior(1, 5, 4), TypeDistance::d_sigma, 0).item<double>(),
            0.0);
  auto equal = random_posterior(1, 5, 4);
  equal = {equal.q.expand({3, 5, 4}), equal.log_q.expand({3, 5, 4})};
  EXPECT_NEAR(consensus_distance(equal, TypeDistance::d_sigma, 0).item<double>(), 0.0, 1e-20);
}

TEST(NegativeEntropy, OfEqualProbabilitiesIsMinusLogK) {
  const torch::Tensor q = torch::full({2, 3, 8}, 0.125, torch::kFloat64);
  const torch::Tensor value = negative_entropy({q, q.log()});
  EXPECT_NEAR(value[1].item<double>(), -std::log(8.0), 1e-12);
  EXPECT_NEAR(negative_balance_entropy(q)[0].item<double>(), -std::log(8.0), 1e-12);
}

TEST(NegativeBalanceEntropy, IsZeroWithFiniteGradientWhenOneTypeTakesAll) {
  const torch::Tensor q = torch::tensor({{{1.0, 0.0}, {1.0, 0.0}}}).requires_grad_(true);
  const torch::Tensor value = negative_balance_entropy(q);
  EXPECT_NEAR(value.item<double>(), 0.0, 1e-7);
  value.sum().backward();
  EXPECT_TRUE(q.grad().isfinite().all().item<bool>());
}

TEST(TypeCrossEntropy, AveragesOverTheCellsWithAType) {
  const auto posterior = random_posterior(2, 3, 4);
  const torch::Tensor types = torch::tensor({{2, -1, 0}}, torch::kInt64);
  const torch::Tensor expected =
      -(posterior.log_q.select(1, 0).select(-1, 2) + posterior.log_q.select(1, 2).select(-1, 0)) /
      2.0;
  EXPECT_TRUE(torch::allclose(type_cross_entropy(posterior.log_q, types), expected));
  const torch::Tensor none =
      type_cross_entropy(posterior.log_q, torch::full({1, 3}, -1, torch::kInt64));
  EXPECT_EQ(none.abs().max().item<double>(), 0.0);
}

TEST(TypeCrossEntropy, TakesTypesAndWeightsOfEachArm) {
  const auto posterior = random_posterior(2, 2, 3);
  const torch::Tensor types = torch::tensor({{0, 1}, {2, 2}}, torch::kInt64);
  const torch::Tensor weights = torch::tensor({{1.0, 3.0}, {2.0, 0.0}}, torch::kFloat64);
  const torch::Tensor value = type_cross_entropy(posterior.log_q, types, weights);
  const auto log_q = posterior.log_q.accessor<double, 3>();
  EXPECT_NEAR(value[0].item<double>(), -(log_q[0][0][0] + 3 * log_q[0][1][1]) / 2, 1e-12);
  EXPECT_NEAR(value[1].item<double>(), -(2 * log_q[1][0][2]) / 2, 1e-12);
}

TEST(ReferencePriorTerm, CostsHundredPerWrongEntry) {
  const torch::Tensor q = torch::tensor({{{0.9, 0.1}, {0.2, 0.8}}});
  const torch::Tensor right = torch::tensor({{1.0, 0.0}, {0.0, 1.0}});
  EXPECT_NEAR(reference_prior_term(q, right).item<double>(), 0.0, 1e-6);
  const torch::Tensor half = torch::tensor({{1.0, 0.0}, {1.0, 0.0}});
  EXPECT_NEAR(reference_prior_term(q, half).item<double>(), 50.0, 1e-4);
  const torch::Tensor learned = q.clone().requires_grad_(true);
  reference_prior_term(learned, half).sum().backward();
  EXPECT_TRUE(learned.grad().isfinite().all().item<bool>());
  EXPECT_LT(learned.grad()[0][1][0].item<double>(), 0.0);
}

TEST(ClassPriorTerm, IsTheMeanOverCellsWithATypeAndAllTypes) {
  const nn::TypePosterior posterior = random_posterior(2, 5, 3);
  const torch::Tensor types =
      torch::tensor({2, -1, 0, 1, -1}, torch::TensorOptions().dtype(torch::kInt64)).unsqueeze(0);
  const torch::Tensor term = class_prior_term(posterior.q, types.expand({2, 5}));
  for (std::int64_t a = 0; a < 2; ++a) {
    double sum = 0;
    for (const std::int64_t n : {0, 2, 3}) {
      for (std::int64_t k = 0; k < 3; ++k) {
        const double q = posterior.q[a][n][k].item<double>();
        sum -= types[0][n].item<std::int64_t>() == k ? std::log(q) : std::log(1 - q);
      }
    }
    EXPECT_NEAR(term[a].item<double>(), sum / 9, 1e-6);
  }
  const torch::Tensor none = torch::full({1, 5}, -1, torch::kInt64);
  EXPECT_EQ(class_prior_term(posterior.q, none.expand({2, 5})).abs().max().item<double>(), 0);
}

TEST(ClassPriorTerm, CertainPosteriorsStayFinite) {
  const torch::Tensor q = torch::eye(3, torch::kFloat64).unsqueeze(0);
  const torch::Tensor wrong = torch::tensor({1, 2, 0}, torch::kInt64).unsqueeze(0);
  EXPECT_NEAR(class_prior_term(q, wrong).item<double>(), -2.0 / 3 * std::log(1e-7), 1e-5);
}

}  // namespace
}  // namespace mixvae::objectives
