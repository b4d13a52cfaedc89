#include "objectives/negative_binomial.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <functional>

#include <gtest/gtest.h>

#include "base/parallel.hpp"
#include "data/simulate/negative_binomial.hpp"
#include "nn/random.hpp"
#include "objectives/fused_negative_binomial.hpp"
#include "support/python.hpp"

namespace mixvae::objectives {
namespace negative_binomial_test {

constexpr auto kDouble = torch::kFloat64;

torch::Tensor drawn(at::IntArrayRef shape, std::uint64_t step) {
  return nn::normal(shape, {1, Purpose::test, step}, kDouble);
}

/// Counts of which most are 0, some large, some no whole numbers.
torch::Tensor some_counts(at::IntArrayRef shape) {
  const torch::Tensor z = drawn(shape, 7);
  torch::Tensor x = torch::where(z > 0.5, (z.exp() * 2).floor(), torch::zeros_like(z));
  x.flatten()[0] = 500;
  x.flatten()[1] = 2.5;
  x.flatten()[2] = 17;
  return x;
}

/// -ln of the probability by the recurrence NB(x + 1) = NB(x) (theta + x) / (x + 1) p.
double by_recurrence(double mean, double size, int x) {
  const double p = mean / (mean + size);
  double log_probability = size * std::log(size / (mean + size));
  for (int i = 0; i < x; ++i) {
    log_probability += std::log((size + i) / (i + 1) * p);
  }
  return -log_probability;
}

double error_of(double mean, double size, double x) {
  const auto scalar = [](double value) { return torch::full({1, 1, 1}, value, kDouble); };
  return negative_binomial_error(scalar(std::log(mean)), scalar(std::log(size)), scalar(x))
      .item<double>();
}

double inflated_error_of(double mean, double size, double zero_logit, double x) {
  const auto scalar = [](double value) { return torch::full({1, 1, 1}, value, kDouble); };
  return zero_inflated_negative_binomial_error(scalar(std::log(mean)), scalar(std::log(size)),
                                               scalar(zero_logit), scalar(x))
      .item<double>();
}

TEST(NegativeBinomialError, IsThatOfTheRecurrence) {
  for (const double mean : {1e-4, 0.3, 5.0, 800.0}) {
    for (const double size : {0.05, 1.0, 30.0, 1e4}) {
      for (const int x : {0, 1, 2, 7, 60}) {
        const double expected = by_recurrence(mean, size, x);
        EXPECT_NEAR(error_of(mean, size, x), expected, 1e-9 * (1 + expected))
            << mean << " " << size << " " << x;
      }
    }
  }
}

TEST(NegativeBinomialError, BecomesThatOfPoissonCounts) {
  const double mean = 3.0;
  const double x = 4;
  EXPECT_NEAR(error_of(mean, 1e6, x), mean - x * std::log(mean) + std::lgamma(x + 1), 1e-5);
}

TEST(NegativeBinomialError, SumsOverFeaturesOfEachArm) {
  const torch::Tensor log_mean = drawn({2, 3, 4}, 0);
  const torch::Tensor log_size = drawn({2, 1, 4}, 1);
  const torch::Tensor x = some_counts({1, 3, 4});
  const torch::Tensor errors = negative_binomial_error(log_mean, log_size, x);
  ASSERT_EQ(errors.sizes(), (std::vector<std::int64_t>{2, 3}));
  double expected = 0;
  for (std::int64_t d = 0; d < 4; ++d) {
    expected += error_of(std::exp(log_mean[1][2][d].item<double>()),
                         std::exp(log_size[1][0][d].item<double>()), x[0][2][d].item<double>());
  }
  EXPECT_NEAR(errors[1][2].item<double>(), expected, 1e-9);
}

TEST(NegativeBinomialError, IsThatOfScipy) {
  const test::PythonRun run = test::run_python(R"(
from scipy.stats import nbinom
theta, mu = 2.5, 7.0
print("%.10f %.10f" % (-nbinom.logpmf(0, theta, theta / (theta + mu)), -nbinom.logpmf(11, theta, theta / (theta + mu))))
)");
  double zero = 0;
  double eleven = 0;
  ASSERT_EQ(std::sscanf(run.output.c_str(), "%lf %lf", &zero, &eleven), 2) << run.errors;
  EXPECT_NEAR(error_of(7, 2.5, 0), zero, 1e-8);
  EXPECT_NEAR(error_of(7, 2.5, 11), eleven, 1e-8);
}

TEST(ZeroInflatedError, IsThatOfTheMixture) {
  for (const double logit : {-4.0, 0.0, 3.0}) {
    const double pi = 1 / (1 + std::exp(-logit));
    for (const double mean : {0.01, 6.0}) {
      const double of_zero = std::exp(-by_recurrence(mean, 2, 0));
      EXPECT_NEAR(inflated_error_of(mean, 2, logit, 0), -std::log(pi + (1 - pi) * of_zero), 1e-9);
      EXPECT_NEAR(inflated_error_of(mean, 2, logit, 5),
                  -std::log(1 - pi) + by_recurrence(mean, 2, 5), 1e-9);
    }
  }
}

TEST(ZeroInflatedError, HasFiniteGradientsAtExtremes) {
  torch::Tensor log_mean = torch::tensor({-60.0F, 12.0F, -60.0F, 12.0F}).view({1, 1, 4});
  torch::Tensor log_size = torch::tensor({9.0F, -9.0F, -9.0F, 9.0F}).view({1, 1, 4});
  torch::Tensor zero = torch::tensor({-50.0F, 50.0F, 50.0F, -50.0F}).view({1, 1, 4});
  for (torch::Tensor* tensor : {&log_mean, &log_size, &zero}) {
    tensor->set_requires_grad(true);
  }
  const torch::Tensor x = torch::tensor({0.0F, 3.0F, 0.0F, 1000.0F}).view({1, 1, 4});
  zero_inflated_negative_binomial_error(log_mean, log_size, zero, x).sum().backward();
  for (const torch::Tensor* tensor : {&log_mean, &log_size, &zero}) {
    EXPECT_TRUE(tensor->grad().isfinite().all().item<bool>());
  }
}

/// Counts [cells] of a mean and a size, and a share pi of further zeros.
torch::Tensor simulated(std::int64_t cells, double mean, double size, double zeros) {
  torch::Tensor x = torch::empty({1, cells, 1}, kDouble);
  const Philox random(5, Purpose::test);
  for (std::int64_t n = 0; n < cells; ++n) {
    ElementStream stream(random, static_cast<std::uint64_t>(n));
    const bool zero = stream.uniform() < zeros;
    x[0][n][0] = zero ? 0.0 : static_cast<double>(negative_binomial(mean, 1 / size, stream));
  }
  return x;
}

/// Where gradient steps lead from all zeros.
torch::Tensor minimum_of(const std::function<torch::Tensor(const torch::Tensor&)>& error,
                         std::int64_t parameters) {
  torch::Tensor place = torch::zeros({parameters}, kDouble).set_requires_grad(true);
  for (int step = 0; step < 300; ++step) {
    place.mutable_grad() = torch::Tensor();
    error(place).backward();
    const torch::NoGradGuard no_grad;
    place.detach().sub_(1.0 * place.grad());
  }
  return place.detach();
}

TEST(NegativeBinomialError, IsLowestAtTheParametersOfTheCounts) {
  const torch::Tensor x = simulated(4000, 4, 1.5, 0);
  const torch::Tensor found = minimum_of(
      [&](const torch::Tensor& place) {
        return negative_binomial_error(place[0].expand({1, 4000, 1}), place[1].view({1, 1, 1}), x)
            .mean();
      },
      2);
  EXPECT_NEAR(std::exp(found[0].item<double>()), 4, 0.25);
  EXPECT_NEAR(std::exp(found[1].item<double>()), 1.5, 0.15);
}

TEST(ZeroInflatedError, IsLowestAtTheParametersOfTheCounts) {
  const torch::Tensor x = simulated(4000, 6, 2, 0.3);
  const torch::Tensor found = minimum_of(
      [&](const torch::Tensor& place) {
        return zero_inflated_negative_binomial_error(place[0].expand({1, 4000, 1}),
                                                     place[1].view({1, 1, 1}),
                                                     place[2].expand({1, 4000, 1}), x)
            .mean();
      },
      3);
  EXPECT_NEAR(std::exp(found[0].item<double>()), 6, 0.4);
  EXPECT_NEAR(std::exp(found[1].item<double>()), 2, 0.3);
  EXPECT_NEAR(torch::sigmoid(found[2]).item<double>(), 0.3, 0.03);
}

/// Outputs, sizes and libraries of a float example and its plain error.
struct Example {
  torch::Tensor outputs;
  torch::Tensor log_size;
  torch::Tensor library;
  torch::Tensor counts;

  Example(std::int64_t arms, std::int64_t sizes, std::int64_t cells, std::int64_t features)
      : outputs((drawn({arms, cells, features}, 0) * 2 - 5).to(torch::kFloat32)),
        log_size((drawn({sizes, 1, features}, 1) * 2).to(torch::kFloat32)),
        library((drawn({cells}, 2).exp() * 1000).to(torch::kFloat32)),
        counts(some_counts({1, cells, features}).to(torch::kFloat32)) {
    outputs.set_requires_grad(true);
    log_size.set_requires_grad(true);
  }
  torch::Tensor plain_errors() const {
    const torch::Tensor log_mean =
        library.to(kDouble).log().unsqueeze(-1) + at::log_sigmoid(outputs.to(kDouble));
    return negative_binomial_error(log_mean, log_size.to(kDouble), counts.to(kDouble));
  }
  DecodedCounts decoded() const { return {outputs, log_size, library}; }
};

double largest_difference(const torch::Tensor& found, const torch::Tensor& expected) {
  return ((found.to(kDouble) - expected.to(kDouble)).abs() /
          (expected.to(kDouble).abs() + 1e-3 * expected.to(kDouble).abs().max()))
      .max()
      .item<double>();
}

TEST(FusedNegativeBinomial, IsThePlainErrorWithItsGradients) {
  for (const auto& [arms, sizes, cells, features] :
       {std::array{1, 1, 1, 3}, std::array{2, 2, 5, 16}, std::array{2, 1, 3, 129},
        std::array{3, 3, 7, 301}}) {
    Example example(arms, sizes, cells, features);
    const torch::Tensor factors = torch::arange(1, arms + 1).to(torch::kFloat32);
    (example.plain_errors().mean(1) * factors.to(kDouble)).sum().backward();
    const torch::Tensor outputs = example.outputs.grad().clone();
    const torch::Tensor log_size = example.log_size.grad().clone();
    example.outputs.mutable_grad() = torch::Tensor();
    example.log_size.mutable_grad() = torch::Tensor();
    const torch::Tensor mean =
        fused_mean_negative_binomial_error(example.decoded(), example.counts);
    (mean * factors).sum().backward();
    EXPECT_LT(largest_difference(mean, example.plain_errors().mean(1)), 1e-5);
    EXPECT_LT(largest_difference(example.outputs.grad(), outputs), 1e-3);
    EXPECT_LT(largest_difference(example.log_size.grad(), log_size), 1e-3);
    EXPECT_LT(largest_difference(fused_negative_binomial_error(example.decoded(), example.counts),
                                 example.plain_errors()),
              1e-5);
  }
}

TEST(FusedNegativeBinomial, KeepsSmallErrorsOfLargeSizes) {
  Example example(1, 1, 1, 32);
  const torch::NoGradGuard no_grad;
  example.counts.zero_();
  example.log_size.fill_(9);
  example.outputs.fill_(-12);
  EXPECT_LT(largest_difference(fused_negative_binomial_error(example.decoded(), example.counts),
                               example.plain_errors()),
            1e-5);
}

TEST(FusedNegativeBinomial, HasTheSameBitsForAnyNumberOfThreads) {
  Example example(2, 2, 9, 700);
  const int before = thread_count();
  const auto with = [&](int threads) {
    set_thread_count(threads);
    example.outputs.mutable_grad() = torch::Tensor();
    example.log_size.mutable_grad() = torch::Tensor();
    const torch::Tensor mean =
        fused_mean_negative_binomial_error(example.decoded(), example.counts);
    mean.sum().backward();
    return torch::cat(
        {mean.detach(), example.outputs.grad().flatten(), example.log_size.grad().flatten()});
  };
  EXPECT_TRUE(torch::equal(with(1), with(3)));
  set_thread_count(before);
}

}  // namespace negative_binomial_test
}  // namespace mixvae::objectives
