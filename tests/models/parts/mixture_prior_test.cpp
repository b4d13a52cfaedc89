#include "models/parts/mixture_prior.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "nn/random.hpp"
#include "support/refusal.hpp"

namespace mixvae::models {
namespace mixture_prior_test {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::int64_t kTypes = 3;

/// One dimension after another: means 0, 2 and 9; variances 1, 4 and 1; weights 1/2, 1/4 and 1/4.
MixturePrior line(WeightCount count = WeightCount::once, std::int64_t latent = 1) {
  LayerKeys keys{.seed = 3};
  MixturePrior prior(kTypes, latent, {.weight_count = count}, keys);
  const auto column = [&](std::vector<double> values) {
    return torch::tensor(values, torch::kFloat64).unsqueeze(1).expand({kTypes, latent});
  };
  prior.start(
      {torch::tensor({0.5, 0.25, 0.25}, torch::kFloat64), column({0, 2, 9}), column({1, 4, 1})});
  return prior;
}

torch::Tensor codes_at(std::vector<double> places) {
  return torch::tensor(places, torch::kFloat32).view({1, -1, 1});
}

TEST(MixturePrior, StartsFromAFittedMixture) {
  const MixturePrior prior = line();
  EXPECT_TRUE(torch::allclose(prior.weights().q, torch::tensor({0.5, 0.25, 0.25})));
  EXPECT_TRUE(torch::allclose(prior.components().mean.flatten(), torch::tensor({0.0, 2.0, 9.0})));
  EXPECT_TRUE(torch::allclose(torch::exp(prior.components().log_variance).flatten(),
                              torch::tensor({1.0, 4.0, 1.0})));
}

TEST(MixturePrior, PosteriorIsBayesRule) {
  const double at_one = 0.5 * std::exp(-0.5);
  const double next = 0.25 * 0.5 * std::exp(-0.125);
  const double far = 0.25 * std::exp(-32.0);
  const torch::Tensor q = line().posterior(codes_at({1})).q[0][0];
  EXPECT_NEAR(q[0].item<double>(), at_one / (at_one + next + far), 1e-6);
  EXPECT_NEAR(q[1].item<double>(), next / (at_one + next + far), 1e-6);
}

TEST(MixturePrior, WeightsMayCountOncePerDimension) {
  const torch::Tensor codes = torch::ones({1, 1, 4});
  const torch::Tensor once = line(WeightCount::once, 4).posterior(codes).log_q[0][0];
  const torch::Tensor often = line(WeightCount::per_dimension, 4).posterior(codes).log_q[0][0];
  const auto ratio = [](const torch::Tensor& log_q) {
    return (log_q[0] - log_q[1]).item<double>();
  };
  EXPECT_NEAR(ratio(often) - ratio(once), 3 * std::log(2.0), 1e-5);
}

TEST(MixturePrior, FarCodesHaveAPosteriorAndGradients) {
  MixturePrior prior = line();
  const torch::Tensor codes = codes_at({-1e9, -300, 300, 1e9}).requires_grad_(true);
  const nn::TypePosterior posterior = prior.posterior(codes);
  EXPECT_TRUE(posterior.log_q.isfinite().all().item<bool>());
  EXPECT_TRUE(torch::allclose(posterior.q.sum(-1), torch::ones({1, 4})));
  EXPECT_NEAR(posterior.q[0][0][1].item<double>(), 1, 1e-6) << "the widest";
  (posterior.q * posterior.log_q).sum().backward();
  EXPECT_TRUE(codes.grad().isfinite().all().item<bool>());
  prior.visit([](const std::string& name, torch::Tensor& tensor, TensorKind kind) {
    if (kind == TensorKind::parameter) {
      EXPECT_TRUE(tensor.grad().isfinite().all().item<bool>()) << name;
    }
  });
}

TEST(MixturePrior, AWeightOfZeroStaysFinite) {
  MixturePrior prior = line();
  const torch::Tensor ones = torch::ones({kTypes, 1}, torch::kFloat64);
  prior.start({torch::tensor({1.0, 0.0, 0.0}, torch::kFloat64), ones, ones});
  EXPECT_TRUE(prior.weights().log_q.isfinite().all().item<bool>());
  EXPECT_NEAR(prior.weights().q[0].item<double>(), 1, 1e-6);
}

TEST(MixturePrior, APrunedTypeHasNoWeightAndNoCode) {
  MixturePrior prior = line();
  prior.prune(1);
  EXPECT_FALSE(prior.kept()[1].item<bool>());
  EXPECT_EQ(prior.weights().q[1].item<double>(), 0);
  EXPECT_NEAR(prior.weights().q.sum().item<double>(), 1, 1e-6);
  EXPECT_EQ(prior.posterior(codes_at({2})).q[0][0][1].item<double>(), 0);
}

TEST(MixturePrior, DrawsAreOfTheTypesGaussian) {
  std::int64_t draws = 0;
  const torch::Tensor codes = line().draw({.type = 1, .count = 20000, .seed = 4, .draws = &draws});
  EXPECT_EQ(draws, 20000);
  EXPECT_NEAR(codes.mean().item<double>(), 2, 0.05);
  EXPECT_NEAR(codes.std().item<double>(), 2, 0.05);
  EXPECT_TRUE(
      torch::equal(codes.narrow(0, 0, 5000), line().draw({.type = 1, .count = 5000, .seed = 4})));
  const torch::Tensor narrow = line().draw({.type = 1, .count = 20000, .spread = 0.5, .seed = 4});
  EXPECT_TRUE(torch::allclose(narrow - 2, (codes - 2) * 0.5, 1e-4, 1e-5));
}

TEST(MixturePrior, DrawsOfLowPosteriorAreRejectedAndCounted) {
  const MixturePrior prior = line();
  std::int64_t draws = 0;
  const Generation wanted{
      .type = 1, .count = 3000, .seed = 4, .least_posterior = 0.8, .draws = &draws};
  const torch::Tensor codes = prior.draw(wanted);
  ASSERT_EQ(codes.size(0), 3000);
  EXPECT_GE(prior.posterior(codes.unsqueeze(0)).q[0].select(-1, 1).min().item<double>(), 0.8);
  const torch::Tensor all = prior.draw({.type = 1, .count = draws, .seed = 4});
  const torch::Tensor good = prior.posterior(all.unsqueeze(0)).q[0].select(-1, 1).ge(0.8);
  EXPECT_EQ(good.sum().item<std::int64_t>(), 3000) << "of all draws these were accepted";
  EXPECT_TRUE(good[-1].item<bool>()) << "the last was";
  EXPECT_TRUE(torch::equal(codes, all.index_select(0, good.nonzero().squeeze(-1))));
}

TEST(MixturePrior, RefusesToDrawForEver) {
  LayerKeys keys{.seed = 3};
  MixturePrior prior(2, 1, {}, keys);
  const torch::Tensor ones = torch::ones({2, 1}, torch::kFloat64);
  prior.start({torch::tensor({0.999, 0.001}, torch::kFloat64), ones, ones});
  EXPECT_THAT(support::refusal<InputError>(
                  [&] { prior.draw({.type = 1, .count = 2, .seed = 4, .least_posterior = 0.5}); }),
              AllOf(HasSubstr("hardly a draw of a type is as probable"), HasSubstr("found: 0 of "),
                    HasSubstr("lower --posterior")));
}

}  // namespace mixture_prior_test
}  // namespace mixvae::models
