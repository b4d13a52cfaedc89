#include "models/parts/code_mixture.hpp"

#include <map>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "nn/random.hpp"

namespace mixvae::models {
namespace code_mixture_test {

constexpr std::int64_t kCells = 60;
constexpr auto kDouble = torch::kFloat64;

/// Three types of which the last has no cells; codes of width 2.
struct Example {
  torch::Tensor loc;
  torch::Tensor code;
  torch::Tensor q;
  torch::Tensor type;

  explicit Example(std::uint64_t step = 0)
      : loc(nn::normal({1, kCells, 2}, {1, Purpose::test, 3 * step}, kDouble) + 3),
        code(loc + nn::normal({1, kCells, 2}, {1, Purpose::test, 3 * step + 1}, kDouble)) {
    torch::Tensor logits = nn::normal({1, kCells, 3}, {1, Purpose::test, 3 * step + 2}, kDouble);
    logits.select(-1, 2).sub_(20);
    q = torch::softmax(logits, -1);
    type = torch::eye(3, kDouble).index_select(0, q.argmax(-1).flatten()).unsqueeze(0);
  }
  CodeMixture::Codes codes() const { return {loc, code, q, type}; }
  /// Rows of the codes of one type.
  torch::Tensor members(const torch::Tensor& of, std::int64_t k) const {
    return of[0].index_select(0, type[0].select(-1, k).nonzero().flatten());
  }
};

/// All codes are as probable to be of the type.
const std::function<torch::Tensor(const torch::Tensor&)> kAnyType = [](const torch::Tensor& codes) {
  return torch::ones({codes.size(0)}, codes.options());
};

CodeMixture mixture_of(const MixtureOptions& options) {
  CodeMixture mixture(3, 2, options);
  mixture.visit([](const std::string&, torch::Tensor& tensor, TensorKind) {
    nn::convert_in_place(tensor, torch::TensorOptions().dtype(kDouble));
  });
  return mixture;
}

std::map<std::string, torch::Tensor> kept_by(CodeMixture& mixture) {
  std::map<std::string, torch::Tensor> tensors;
  mixture.visit([&](const std::string& name, torch::Tensor& tensor, TensorKind) {
    tensors[name] = tensor.detach().clone();
  });
  return tensors;
}

TEST(CodeMixture, RunningMeansBeginAtTheFirstBatchAndMoveByTheMomentum) {
  CodeMixture mixture = mixture_of({.centre = Centre::ema, .centre_momentum = 0.6});
  const Example first(0);
  const Example second(1);
  const Example third(2);
  mixture.follow(first.codes());
  for (std::int64_t k = 0; k < 2; ++k) {
    EXPECT_TRUE(torch::allclose(mixture.means()[0][k], first.members(first.code, k).mean(0)));
    EXPECT_TRUE(torch::allclose(kept_by(mixture)["drawn_means"][0][k],
                                first.members(first.loc, k).mean(0)));
  }
  mixture.follow(second.codes());
  mixture.follow(third.codes());
  for (std::int64_t k = 0; k < 2; ++k) {
    // Rates 1, 1/2, and 1 - 0.6 rather than 1/3.
    const torch::Tensor expected =
        0.6 * (first.members(first.code, k).mean(0) + second.members(second.code, k).mean(0)) / 2 +
        0.4 * third.members(third.code, k).mean(0);
    EXPECT_TRUE(torch::allclose(mixture.means()[0][k], expected));
  }
  EXPECT_EQ(mixture.means()[0][2].abs().max().item<double>(), 0) << "a type without cells moved";
  EXPECT_TRUE(
      torch::equal(kept_by(mixture)["type_visits"], torch::tensor({{3.0, 3.0, 0.0}}, kDouble)));
}

TEST(CodeMixture, MeansOfTheBatchAreWeightedSumsOverTheCellsOfTheType) {
  CodeMixture mixture = mixture_of({.centre = Centre::em});
  const Example example;
  mixture.follow(Example(1).codes());
  mixture.follow(example.codes());
  for (std::int64_t k = 0; k < 2; ++k) {
    const torch::Tensor weights = example.q[0].select(-1, k).unsqueeze(-1);
    const double cells = example.type[0].select(-1, k).sum().item<double>();
    EXPECT_TRUE(torch::allclose(mixture.means()[0][k], (weights * example.code[0]).sum(0) / cells));
  }
  EXPECT_GT(example.q[0].select(-1, 2).sum().item<double>(), 0);
  EXPECT_EQ(mixture.means()[0][2].abs().max().item<double>(), 0) << "a type without cells moved";
}

TEST(CodeMixture, LearnedMeansAreParametersAndStandStill) {
  for (const Centre centre : {Centre::ema, Centre::em, Centre::learned}) {
    CodeMixture mixture = mixture_of({.centre = centre});
    bool parameter = false;
    mixture.visit([&](const std::string& name, torch::Tensor&, TensorKind kind) {
      parameter = parameter || (name == "type_means" && kind == TensorKind::parameter);
    });
    EXPECT_EQ(parameter, centre == Centre::learned);
    mixture.follow(Example().codes());
    EXPECT_EQ(mixture.means().abs().max().item<double>() == 0, centre == Centre::learned);
  }
}

TEST(CodeMixture, VariancesAreOfTheTypesCellsAndAddTheMissingNoise) {
  CodeMixture mixture = mixture_of({});
  const Example example;
  mixture.follow(example.codes());
  const torch::Tensor variance = mixture.variance(example.code, example.type, 0.5);
  for (std::int64_t k = 0; k < 2; ++k) {
    const torch::Tensor expected =
        (example.members(example.code, k) - mixture.means()[0][k]).square().mean(0) + 0.5;
    EXPECT_TRUE(torch::allclose(variance[0][k], expected));
  }
  EXPECT_EQ(variance[0][2].abs().max().item<double>(), 0);
}

TEST(CodeMixture, DrawsHaveMeanAndCovarianceOfTheCodesBeforeNoise) {
  CodeMixture mixture = mixture_of({});
  const Example example;
  mixture.follow(example.codes());
  const torch::Tensor members = example.members(example.loc, 1);
  const torch::Tensor drawn =
      mixture.draw({.type = 1, .count = 40000, .spread = 2, .seed = 3}, kAnyType);
  EXPECT_EQ(drawn.sizes(), (std::vector<std::int64_t>{40000, 2}));
  EXPECT_TRUE(torch::allclose(drawn.mean(0), members.mean(0), 0.0, 0.05));
  const torch::Tensor centred = members - members.mean(0);
  const torch::Tensor covariance =
      torch::matmul(centred.t(), centred) / static_cast<double>(members.size(0));
  EXPECT_TRUE(torch::allclose(at::cov(drawn.t()), 4 * covariance, 0.05, 0.05));
  EXPECT_TRUE(torch::equal(
      drawn, mixture.draw({.type = 1, .count = 40000, .spread = 2, .seed = 3}, kAnyType)));
}

TEST(CodeMixture, PublishedDrawsHaveVarianceOneAroundTheMeanOfTheKl) {
  CodeMixture mixture = mixture_of({.centre = Centre::em});
  mixture.follow(Example().codes());
  const torch::Tensor drawn = mixture.draw(
      {.type = 1, .count = 40000, .codes = DrawnCodes::published, .seed = 3}, kAnyType);
  EXPECT_TRUE(torch::allclose(drawn.mean(0), mixture.means()[0][1], 0.0, 0.03));
  EXPECT_TRUE(torch::allclose(at::cov(drawn.t()), torch::eye(2, kDouble), 0.0, 0.03));
}

TEST(CodeMixture, DrawsBelowTheThresholdAreRejectedAndCounted) {
  CodeMixture mixture = mixture_of({});
  mixture.follow(Example().codes());
  const double middle = mixture.means()[0][1][0].item<double>();
  std::int64_t draws = 0;
  const torch::Tensor drawn = mixture.draw(
      {.type = 1, .count = 3000, .seed = 3, .least_posterior = 0.5, .draws = &draws},
      [&](const torch::Tensor& codes) { return codes.select(-1, 0).gt(middle).to(kDouble); });
  EXPECT_EQ(drawn.size(0), 3000);
  EXPECT_GT(drawn.select(-1, 0).min().item<double>(), middle);
  const torch::Tensor all = mixture.draw({.type = 1, .count = draws, .seed = 3}, kAnyType);
  EXPECT_EQ(all.select(-1, 0).gt(middle).sum().item<std::int64_t>(), 3000)
      << "of all draws these were accepted";
}

TEST(CodeMixture, ATypeThatNeverHadCellsCannotBeDrawn) {
  CodeMixture mixture = mixture_of({});
  mixture.follow(Example().codes());
  try {
    mixture.draw({.type = 2, .count = 1}, kAnyType);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()),
              "a type had no cells in training: there is nothing to draw it from\n"
              "  hint: name other types (--types)");
  }
}

}  // namespace code_mixture_test
}  // namespace mixvae::models
