#include "models/parts/likelihood.hpp"

#include <cmath>
#include <functional>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "models/parts/decoder.hpp"

namespace mixvae::models {
namespace likelihood_test {

constexpr auto kDouble = torch::kFloat64;

constexpr double kLibrary = 50;  // of each cell, where a likelihood is of counts,
constexpr double kSize = 4;      // and the size of each feature
constexpr double kZeroLogit = -1;

double logistic(double y) { return 1 / (1 + std::exp(-y)); }

/// What a likelihood of one output y per feature is, written out for one value x. Of counts, means
/// and variances are of shares.
struct Known {
  std::function<double(double y, double x)> error;
  std::function<double(double y)> mean;
  std::function<double(double y)> variance;
  std::function<double(double error, double features)> at_best_scale;
  ValueRange range = ValueRange::any;
};

double counts_probability(double y, double x) {
  const double mean = kLibrary * logistic(y);
  return std::exp(std::lgamma(x + kSize) - std::lgamma(kSize) - std::lgamma(x + 1)) *
         std::pow(kSize / (mean + kSize), kSize) * std::pow(mean / (mean + kSize), x);
}

double counts_variance(double mean) { return mean + mean * mean / kSize; }

double error_itself(double error, double) { return error; }

double best_gaussian(double error, double features) {
  return features / 2 * std::log(2 * error / features + 1e-6);
}

/// All likelihoods, by the words of their options. A new one is added here.
const std::map<std::string, Known>& all_known() {
  static const std::map<std::string, Known> kKnown{
      {"mse linear",
       {.error = [](double y, double x) { return (y - x) * (y - x) / 2; },
        .mean = [](double y) { return y; },
        .variance = [](double) { return 1; },
        .at_best_scale = best_gaussian}},
      {"mse relu",
       {.error =
            [](double y, double x) {
              const double m = std::max(y, 0.0);
              return (m - x) * (m - x) / 2;
            },
        .mean = [](double y) { return std::max(y, 0.0); },
        .variance = [](double) { return 1; },
        .at_best_scale = best_gaussian}},
      {"bernoulli linear",
       {.error =
            [](double y, double x) {
              return -x * std::log(logistic(y)) - (1 - x) * std::log(1 - logistic(y));
            },
        .mean = logistic,
        .variance = [](double y) { return logistic(y) * (1 - logistic(y)); },
        .at_best_scale = error_itself,
        .range = ValueRange::unit}},
      {"nb linear",
       {.error = [](double y, double x) { return -std::log(counts_probability(y, x)); },
        .mean = logistic,
        .variance =
            [](double y) { return counts_variance(kLibrary * logistic(y)) / kLibrary / kLibrary; },
        .at_best_scale = error_itself,
        .range = ValueRange::counts}},
      {"zinb linear",
       {.error =
            [](double y, double x) {
              const double zero = logistic(kZeroLogit);
              return -std::log((x == 0 ? zero : 0) + (1 - zero) * counts_probability(y, x));
            },
        .mean = [](double y) { return logistic(y) * (1 - logistic(kZeroLogit)); },
        .variance =
            [](double y) {
              const double zero = logistic(kZeroLogit);
              const double mean = kLibrary * logistic(y);
              return (1 - zero) * (counts_variance(mean) + zero * mean * mean) / kLibrary /
                     kLibrary;
            },
        .at_best_scale = error_itself,
        .range = ValueRange::counts}},
  };
  return kKnown;
}

struct Case {
  std::string name;
  std::shared_ptr<const Likelihood> likelihood;
};

/// Every likelihood that options can ask for.
std::vector<Case> all_cases() {
  LikelihoodOptions kind;
  OutputOptions output;
  const Option kinds = options(kind).front();
  const Option outputs = options(output).front();
  std::vector<Case> cases;
  for (const std::string& word : kinds.choices) {
    for (const std::string& activation : outputs.choices) {
      set_option(kinds, word);
      set_option(outputs, activation);
      try {
        cases.push_back({join(std::vector{word, activation}, " "),
                         make_likelihood(kind.likelihood, output.output)});
      } catch (const UsageError&) {
        continue;  // tested below
      }
    }
  }
  return cases;
}

torch::Tensor some_outputs(at::IntArrayRef shape) {
  return nn::normal(shape, {1, Purpose::test, 0}, kDouble) * 2;
}

torch::Tensor some_values(const Known& known, at::IntArrayRef shape) {
  const torch::Tensor normal = nn::normal(shape, {1, Purpose::test, 1}, kDouble) * 3;
  switch (known.range) {
    case ValueRange::unit:
      return nn::uniform(shape, {1, Purpose::test, 1}, kDouble);
    case ValueRange::counts:
      return normal.clamp_min(0).floor();
    case ValueRange::any:
      break;
  }
  return normal;
}

/// What a decoder would give for outputs y [..., B, D].
Decoded decoded(const Likelihood& likelihood, const torch::Tensor& y) {
  const torch::Tensor outputs = likelihood.outputs_per_feature() == 2
                                    ? torch::cat({y, torch::full_like(y, kZeroLogit)}, -1)
                                    : y;
  return {outputs, torch::full({1, 1, y.size(-1)}, std::log(kSize), y.options()),
          torch::full({y.size(-2)}, kLibrary, y.options())};
}

torch::Tensor each(const torch::Tensor& y, const std::function<double(double)>& function) {
  torch::Tensor out = y.clone();
  for (std::int64_t i = 0; i < y.numel(); ++i) {
    out.flatten()[i] = function(y.flatten()[i].item<double>());
  }
  return out;
}

TEST(Likelihood, AllAreKnownHere) {
  std::vector<std::string> names;
  for (const Case& one : all_cases()) {
    EXPECT_TRUE(all_known().contains(one.name)) << one.name;
    EXPECT_EQ(one.likelihood->outputs_per_feature(), one.name == "zinb linear" ? 2 : 1);
    EXPECT_EQ(one.likelihood->values(), all_known().at(one.name).range) << one.name;
    names.push_back(one.name);
  }
  EXPECT_EQ(names.size(), all_known().size());
}

TEST(Likelihood, ErrorsAreThoseOfTheClosedForm) {
  const torch::Tensor y = some_outputs({2, 3, 4});
  for (const Case& one : all_cases()) {
    const Known& known = all_known().at(one.name);
    for (const std::int64_t arms : {1, 2}) {
      const torch::Tensor x = some_values(known, {arms, 3, 4});
      const torch::Tensor errors = one.likelihood->error(decoded(*one.likelihood, y), x);
      EXPECT_TRUE(torch::allclose(one.likelihood->mean_error(decoded(*one.likelihood, y), x, false),
                                  errors.mean(1)));
      ASSERT_EQ(errors.sizes(), (std::vector<std::int64_t>{2, 3}));
      for (std::int64_t a = 0; a < 2; ++a) {
        for (std::int64_t b = 0; b < 3; ++b) {
          double expected = 0;
          for (std::int64_t d = 0; d < 4; ++d) {
            expected +=
                known.error(y[a][b][d].item<double>(), x[arms == 2 ? a : 0][b][d].item<double>());
          }
          EXPECT_NEAR(errors[a][b].item<double>(), expected, 1e-9) << one.name;
        }
      }
    }
  }
}

TEST(Likelihood, ErrorsOfExtremeOutputsAreFinite) {
  const torch::Tensor y = torch::tensor({-800.0, 0.0, 800.0}, kDouble).view({1, 1, 3});
  for (const Case& one : all_cases()) {
    const torch::Tensor x = torch::tensor({1.0, 0.5, 0.0}, kDouble).view({1, 1, 3});
    EXPECT_TRUE(one.likelihood->error(decoded(*one.likelihood, y), x).isfinite().all().item<bool>())
        << one.name;
  }
}

TEST(Likelihood, MeansAreThoseOfTheClosedForm) {
  const torch::Tensor y = some_outputs({2, 3, 4});
  for (const Case& one : all_cases()) {
    EXPECT_TRUE(torch::allclose(one.likelihood->mean(decoded(*one.likelihood, y)),
                                each(y, all_known().at(one.name).mean), 1e-12, 1e-12))
        << one.name;
  }
}

TEST(Likelihood, SamplesHaveItsMeanAndVariance) {
  constexpr std::int64_t kDraws = 40000;
  const torch::Tensor y = torch::tensor({-1.5, 0.0, 0.4, 2.0}, kDouble);
  for (const Case& one : all_cases()) {
    const Known& known = all_known().at(one.name);
    const auto sample = [&](std::uint64_t step) {
      return one.likelihood->sample(decoded(*one.likelihood, y.expand({1, kDraws, 4})),
                                    {1, Purpose::test, step})[0];
    };
    const torch::Tensor x = sample(0);
    EXPECT_TRUE(torch::equal(x, sample(0))) << one.name;
    EXPECT_FALSE(torch::equal(x, sample(1))) << one.name;
    const torch::Tensor variance = each(y, known.variance);
    const torch::Tensor deviation = (variance / kDraws).sqrt();
    EXPECT_LT(((x.mean(0) - each(y, known.mean)) / deviation).abs().max().item<double>(), 5)
        << one.name;
    EXPECT_TRUE(torch::allclose(x.var(0), variance, 0.05, 0.0)) << one.name;
    if (known.range == ValueRange::unit) {
      EXPECT_TRUE((x.eq(0) | x.eq(1)).all().item<bool>()) << one.name;
    }
    if (known.range == ValueRange::counts) {
      EXPECT_TRUE(torch::allclose(x * kLibrary, (x * kLibrary).round())) << one.name;
    }
  }
}

TEST(Likelihood, AtItsBestScaleIsTheClosedForm) {
  const torch::Tensor errors = torch::tensor({0.5, 40.0}, kDouble);
  for (const Case& one : all_cases()) {
    const torch::Tensor best = one.likelihood->at_best_scale(errors, 20);
    ASSERT_EQ(best.sizes(), errors.sizes()) << one.name;
    for (std::int64_t a = 0; a < 2; ++a) {
      EXPECT_NEAR(best[a].item<double>(),
                  all_known().at(one.name).at_best_scale(errors[a].item<double>(), 20), 1e-9)
          << one.name;
    }
  }
}

/// min over v of error / v + D/2 ln v, less the constant D/2, by trying many.
TEST(Likelihood, TheBestScaleOfASquaredErrorIsTheBestOfAll) {
  const double error = 3.0;
  const double features = 8;
  double best = 1e9;
  for (int step = 0; step < 13'819; ++step) {  // up to v = 10
    const double v = 0.01 * std::pow(1.0005, step);
    best = std::min(best, error / v + features / 2 * std::log(v) - features / 2);
  }
  const torch::Tensor found = squared_error_likelihood(OutputActivation::linear)
                                  ->at_best_scale(torch::tensor({error}, kDouble), 8);
  EXPECT_NEAR(found.item<double>(), best, 1e-4);
}

/// Values and gradients by both forms of a decoder's last layer, wide enough for the fused one.
TEST(Likelihood, TheKernelsFormComputesTheSameErrors) {
  for (const Case& one : all_cases()) {
    if (!one.likelihood->fused_form()) {
      continue;
    }
    LayerKeys keys{3};
    Decoder decoder({.arms = 2, .widths = {3, 9}, .features = 300}, one.likelihood, keys);
    const torch::Tensor target =
        some_values(all_known().at(one.name), {1, 20, 300}).to(torch::kFloat32);
    const auto run = [&](bool fused) {
      const torch::Tensor x =
          nn::normal({2, 20, 3}, {1, Purpose::test, 5}, {}).set_requires_grad(true);
      const nn::Execution execution{.fused = fused};
      const torch::Tensor errors =
          decoder.cell_errors({x, {}}, {.dense = target}, execution).detach();
      decoder.mean_errors({x, {}}, {.dense = target}, execution).sum().backward();
      return std::pair(errors, x.grad());
    };
    const auto [fused, fused_gradient] = run(true);
    const auto [plain, plain_gradient] = run(false);
    EXPECT_TRUE(torch::allclose(fused, plain, 1e-4, 1e-3)) << one.name;
    EXPECT_TRUE(torch::allclose(fused_gradient, plain_gradient, 1e-3, 1e-3)) << one.name;
  }
}

TEST(Likelihood, CountsStartAtTheirMeanShares) {
  const torch::Tensor shares = torch::tensor({1e-4, 0.2, 0.0, 0.9}, kDouble);
  const torch::Tensor kept = shares.clamp(1e-8, 0.5);
  for (const Case& one : all_cases()) {
    const torch::Tensor outputs = one.likelihood->outputs_of_mean(shares);
    ASSERT_EQ(outputs.defined(), one.likelihood->of_counts()) << one.name;
    if (outputs.defined()) {
      const torch::Tensor mean = one.likelihood->mean({outputs.view({1, 1, -1}), {}, {}}).flatten();
      EXPECT_LT((mean / kept - 1).abs().max().item<double>(), 0.05) << one.name;
    }
  }
}

/// A decoder's mean error of counts, whose kernel is not its last layer's.
TEST(Likelihood, CountsHaveTheSameErrorsByKernels) {
  LayerKeys keys{3};
  Decoder decoder({.arms = 2, .widths = {3, 9}, .features = 300}, negative_binomial_likelihood(),
                  keys);
  decoder.start_outputs(torch::full({300}, 1e-3F));
  const torch::Tensor counts =
      some_values(all_known().at("nb linear"), {1, 20, 300}).to(torch::kFloat32);
  const auto run = [&](bool fused) {
    const torch::Tensor x =
        nn::normal({2, 20, 3}, {1, Purpose::test, 5}, {}).set_requires_grad(true);
    const torch::Tensor errors = decoder.mean_errors(
        {x, {}}, {.dense = counts, .library = torch::full({20}, 2000.0F)}, {.fused = fused});
    errors.sum().backward();
    return std::pair(errors.detach(), x.grad());
  };
  const auto [fused, fused_gradient] = run(true);
  const auto [plain, plain_gradient] = run(false);
  EXPECT_TRUE(torch::allclose(fused, plain, 1e-5, 1e-3));
  EXPECT_TRUE(torch::allclose(fused_gradient, plain_gradient, 1e-3, 1e-3));
}

TEST(Likelihood, LogitsThatReluWouldCutOffAreRefused) {
  try {
    make_likelihood(LikelihoodKind::bernoulli, OutputActivation::relu);
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_EQ(std::string(error.what()),
              "this likelihood takes the outputs as logits, which relu would cut off at 1/2\n"
              "  found: --likelihood bernoulli with --output relu\n  hint: add --output linear");
  }
}

/// [2, 3] zeros but one value in row 2, column 3.
Matrix dense_with(float value) {
  DenseMatrix x(2, 3);
  x(1, 2) = value;
  return x;
}

/// [4, 5] zeros but 1 in row 1, and one value in row 3, column 5; row 2 is empty.
Matrix sparse_with(float value) {
  return CsrMatrix{.rows = 4,
                   .columns = 5,
                   .offsets = {0, 1, 1, 2, 2},
                   .column_numbers = {1, 4},
                   .values = {1, value}};
}

std::string value_refusal(const Likelihood& likelihood, const Matrix& values) {
  try {
    require_values(likelihood, values, "the components", "scale them");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(RequireValues, NamesTheFirstValueOutsideTheUnitIntervalAndItsPlace) {
  const auto bernoulli = bernoulli_likelihood();
  const auto message = [](const std::string& place, const std::string& value) {
    return "the components do not suit this likelihood\n  where: " + place + "\n  found: " + value +
           "\n  expected: values from 0 to 1\n  hint: scale them";
  };
  EXPECT_EQ(value_refusal(*bernoulli, dense_with(1.5F)), message("row 2, column 3", "1.5"));
  EXPECT_EQ(value_refusal(*bernoulli, dense_with(-0.25F)), message("row 2, column 3", "-0.25"));
  EXPECT_EQ(value_refusal(*bernoulli, sparse_with(3)), message("row 3, column 5", "3"));
  for (const float good : {0.0F, 0.5F, 1.0F}) {
    EXPECT_EQ(value_refusal(*bernoulli, dense_with(good)), "");
    EXPECT_EQ(value_refusal(*bernoulli, sparse_with(good)), "");
  }
}

TEST(RequireValues, CountsAreNotBelowZero) {
  const auto counts = negative_binomial_likelihood();
  EXPECT_EQ(value_refusal(*counts, dense_with(7)), "");
  EXPECT_EQ(value_refusal(*counts, sparse_with(-2)),
            "the components do not suit this likelihood\n  where: row 3, column 5\n"
            "  found: -2\n  expected: counts, which are not below 0\n  hint: scale them");
}

TEST(RequireValues, ASquaredErrorTakesAny) {
  EXPECT_EQ(value_refusal(*squared_error_likelihood(OutputActivation::relu), dense_with(-9)), "");
}

}  // namespace likelihood_test
}  // namespace mixvae::models
