#include "models/parts/state_prior.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "nn/random.hpp"
#include "objectives/kl_divergence.hpp"

namespace mixvae::models {
namespace state_prior_test {

constexpr std::int64_t kArms = 2;
constexpr std::int64_t kTypes = 3;
constexpr std::int64_t kStates = 2;

torch::Tensor normal(at::IntArrayRef shape, std::uint64_t step) {
  return nn::normal(shape, {8, Purpose::test, step}, torch::TensorOptions());
}

/// Sets the means and returns them.
torch::Tensor set_means(StatePrior& prior) {
  const torch::Tensor means = normal({kArms, kTypes, kStates}, 5);
  prior.visit("prior", [&](const std::string& /*name*/, torch::Tensor& tensor, TensorKind kind) {
    EXPECT_EQ(kind, TensorKind::parameter);
    const torch::NoGradGuard no_grad;
    tensor.copy_(means);
  });
  return means;
}

TEST(StatePrior, TheStandardOneKeepsNothing) {
  for (const auto kind : {StatePriorKind::standard, StatePriorKind::type}) {
    StatePrior prior({kArms, kTypes, kind == StatePriorKind::type ? 0 : kStates}, kind);
    prior.visit("prior", [](const std::string& name, torch::Tensor& /*tensor*/,
                            TensorKind /*kind*/) { FAIL() << name; });
  }
  StatePrior prior({kArms, kTypes, kStates}, StatePriorKind::standard);
  const StatePosterior states{normal({kArms, 5, kStates}, 0), normal({kArms, 5, kStates}, 1).exp()};
  EXPECT_TRUE(torch::equal(prior.kl(states, {}),
                           objectives::standard_normal_kl(states.mean, states.variance)));
}

TEST(StatePrior, IsTheDivergenceFromTheMeanOfEachCellsType) {
  StatePrior prior({kArms, kTypes, kStates}, StatePriorKind::type);
  const torch::Tensor means = set_means(prior);
  const StatePosterior states{normal({kArms, 5, kStates}, 0), normal({kArms, 5, kStates}, 1).exp()};
  const torch::Tensor types = torch::zeros({kArms, 5, kTypes});
  for (std::int64_t n = 0; n < 5; ++n) types.select(1, n).select(-1, n % kTypes).fill_(1);
  const torch::Tensor found = prior.kl(states, types);
  for (std::int64_t a = 0; a < kArms; ++a) {
    for (std::int64_t n = 0; n < 5; ++n) {
      double expected = 0;
      for (std::int64_t s = 0; s < kStates; ++s) {
        const double d = (states.mean[a][n][s] - means[a][n % kTypes][s]).item<double>();
        const double v = states.variance[a][n][s].item<double>();
        expected += 0.5 * (d * d + v - 1 - std::log(v));
      }
      EXPECT_NEAR(found[a][n].item<double>(), expected, 1e-5);
    }
  }
}

TEST(StatePrior, DrawnStatesLieAroundTheMeanOfTheirType) {
  StatePrior prior({kArms, kTypes, kStates}, StatePriorKind::type);
  const torch::Tensor means = set_means(prior);
  const torch::NoGradGuard no_grad;
  const Generation wanted{.type = 1, .count = 4};
  const DecoderInput before =
      drawn_types_and_states({7, kTypes}, kArms, kStates, wanted, torch::TensorOptions());
  DecoderInput moved{before.x.clone(), before.types};
  prior.move_states(moved);
  const torch::Tensor by = moved.x - before.x;
  EXPECT_EQ(by.narrow(-1, 0, kTypes).abs().max().item<double>(), 0.0);
  EXPECT_TRUE(torch::allclose(by.narrow(-1, kTypes, kStates),
                              means.select(1, 1).unsqueeze(1).expand({kArms, 4, kStates})));
  prior.prune(1);
  DecoderInput pruned{before.x.clone(), before.types};
  prior.move_states(pruned);
  EXPECT_TRUE(torch::equal(pruned.x, before.x));
}

}  // namespace state_prior_test
}  // namespace mixvae::models
