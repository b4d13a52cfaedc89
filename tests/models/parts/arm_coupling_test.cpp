#include "models/parts/arm_coupling.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "nn/random.hpp"

namespace mixvae::models {
namespace arm_coupling_test {

nn::TypePosterior posterior_of(const torch::Tensor& q) {
  return {q, torch::log(q + nn::kTypeEpsilon)};
}

torch::Tensor random_types(std::int64_t arms, std::uint64_t step) {
  return torch::softmax(2 * nn::normal({arms, 11, 4}, {3, Purpose::test, step},
                                       torch::TensorOptions(torch::kFloat64)),
                        -1);
}

double term(const ObjectiveSum& sum, const std::string& name) {
  return term_named(sum.terms(), name).item<double>();
}

TEST(ArmCoupling, OneArmHasTheDivergenceFromAUniformPriorButForAConstant) {
  ArmCoupling coupling(1, {.entropy = 0.5, .balance = 0}, {});
  const nn::TypePosterior q = posterior_of(random_types(1, 0));
  ObjectiveSum sum;
  coupling.add({q}, true, {}, sum);
  const torch::Tensor divergence = (q.q * torch::log(q.q * 4.0)).sum(-1).mean();
  EXPECT_NEAR(term(sum, "negative_entropy"), divergence.item<double>() - std::log(4.0), 1e-6);
  EXPECT_NEAR(term(sum, "loss"), 0.5 * term(sum, "negative_entropy"), 1e-12);
}

TEST(ArmCoupling, SamplesAreComparedInPlaceOfPosteriors) {
  const nn::TypePosterior q = posterior_of(random_types(3, 0));
  const torch::Tensor sample = random_types(3, 1);
  for (const auto distance :
       {objectives::TypeDistance::d_sigma, objectives::TypeDistance::aitchison,
        objectives::TypeDistance::euclidean, objectives::TypeDistance::agreement}) {
    ArmCoupling coupling(3, {.distance = distance}, {.compared = Compared::sample});
    EXPECT_TRUE(coupling.compares_samples());
    ObjectiveSum of_samples;
    coupling.add({q, sample}, true, {}, of_samples);
    EXPECT_NEAR(term(of_samples, "distance"),
                objectives::consensus_distance(posterior_of(sample), distance, 0).item<double>(),
                1e-9);
    EXPECT_NEAR(term(of_samples, "negative_entropy"),
                objectives::negative_entropy(q).sum().item<double>(), 1e-12);
    ObjectiveSum of_posteriors;
    coupling.add({q}, false, {}, of_posteriors);
    EXPECT_NEAR(term(of_posteriors, "distance"),
                objectives::consensus_distance(q, distance, 0).item<double>(), 1e-9);
  }
}

double multiplier_after(double bound, int steps, bool training) {
  ArmCoupling coupling(2, {.coupling = 2, .distance = objectives::TypeDistance::euclidean},
                       {.distance_bound = bound});
  const nn::TypePosterior q = posterior_of(random_types(2, 0));
  for (int step = 0; step < steps; ++step) {
    ObjectiveSum sum;
    coupling.add({q}, training, {}, sum);
  }
  ObjectiveSum sum;
  coupling.add({q}, false, {}, sum);
  EXPECT_NEAR(term(sum, "loss"),
              term(sum, "multiplier") * term(sum, "distance") + 0.3 * term(sum, "balance"), 1e-6);
  return term(sum, "multiplier");
}

TEST(ArmCoupling, TheMultiplierGrowsWhileArmsAreTooFarApartAndFallsWhileTheyAreNear) {
  EXPECT_NEAR(multiplier_after(1e-6, 0, true), 2, 1e-6);
  EXPECT_NEAR(multiplier_after(1e-6, 10, true), 2 * std::exp(0.1), 1e-5);
  EXPECT_NEAR(multiplier_after(1e6, 10, true), 2 * std::exp(-0.1), 1e-5);
  EXPECT_NEAR(multiplier_after(1e6, 10, false), 2, 1e-6);
}

TEST(ArmCoupling, TheMultiplierStaysWhereTheDistanceIsTheBound) {
  const nn::TypePosterior q = posterior_of(random_types(3, 0));
  const double distance =
      objectives::consensus_distance(q, objectives::TypeDistance::euclidean, 0).item<double>();
  ArmCoupling coupling(3, {.coupling = 5, .distance = objectives::TypeDistance::euclidean},
                       {.distance_bound = distance / 3});
  for (int step = 0; step < 20; ++step) {
    ObjectiveSum sum;
    coupling.add({q}, true, {}, sum);
    EXPECT_NEAR(term(sum, "multiplier"), 5, 1e-4);
  }
}

TEST(ArmCoupling, TheMultiplierIsKeptWithTheModel) {
  std::vector<std::string> names;
  const TensorVisitor visitor = [&](const std::string& name, torch::Tensor& /*tensor*/,
                                    TensorKind kind) {
    names.push_back(name);
    EXPECT_EQ(kind, TensorKind::buffer);
  };
  ArmCoupling(2, {}, {}).visit(visitor);
  ArmCoupling(1, {}, {.distance_bound = 1.0}).visit(visitor);
  EXPECT_TRUE(names.empty());
  ArmCoupling(2, {}, {.distance_bound = 1.0}).visit(visitor);
  EXPECT_EQ(names, (std::vector<std::string>{"coupling.log_multiplier"}));
}

}  // namespace arm_coupling_test
}  // namespace mixvae::models
