#include "objectives/fused_reconstruction.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "nn/kernels/bf16_product.hpp"
#include "nn/random.hpp"
#include "objectives/reconstruction.hpp"
#include "support/sparse_examples.hpp"

namespace mixvae::objectives {
namespace fused_reconstruction_test {

using nn::kernels::OutputKind;

constexpr OutputKind kKinds[] = {OutputKind::relu, OutputKind::linear, OutputKind::bernoulli};

struct Sizes {
  std::int64_t arms = 2;
  std::int64_t cells = 9;
  std::int64_t hidden = 5;
  std::int64_t features = 30;
  std::int64_t banks = 0;  // 0: one per arm
};

struct Case {
  std::vector<CsrMatrix> matrices;
  torch::Tensor h;
  OutputWeights output;
  ReconstructionTarget sparse;  // one per arm
  ReconstructionTarget dense;   // the same values

  Case(const Sizes& sizes, OutputKind kind) {
    const std::int64_t banks = sizes.banks == 0 ? sizes.arms : sizes.banks;
    const auto random = [](at::IntArrayRef shape, std::uint64_t step) {
      return nn::normal(shape, {3, Purpose::test, step}, {}).requires_grad_();
    };
    h = random({sizes.arms, sizes.cells, sizes.hidden}, 0);
    output = {random({banks, sizes.hidden, sizes.features}, 1),
              random({banks, 1, sizes.features}, 2), kind};
    std::vector<torch::Tensor> dense_rows;
    for (std::int64_t a = 0; a < sizes.arms; ++a) {
      matrices.push_back(
          support::sparse_example(sizes.cells, sizes.features, 0.3, static_cast<std::uint64_t>(a)));
      sparse.sparse.push_back(nn::sparse_rows(matrices.back()));
      dense_rows.push_back(sparse.sparse.back().to_dense());
    }
    dense.dense = torch::stack(dense_rows);
  }

  std::vector<torch::Tensor> variables() const { return {h, output.weight, output.bias}; }
};

/// [A, B] errors of y [A, B, D] by tensor operations.
torch::Tensor errors_of(const torch::Tensor& y, const Case& c) {
  const torch::Tensor target = c.dense.dense.to(torch::kFloat64);
  if (c.output.kind == OutputKind::bernoulli) {
    return bernoulli_error(y, target);
  }
  const torch::Tensor mean = c.output.kind == OutputKind::relu ? torch::relu(y) : y;
  return squared_error(mean, target);
}

/// The same in double precision from the layer's inputs.
torch::Tensor plain_errors(const Case& c) {
  return errors_of(torch::matmul(c.h.to(torch::kFloat64), c.output.weight.to(torch::kFloat64)) +
                       c.output.bias.to(torch::kFloat64),
                   c);
}

void expect_close(const torch::Tensor& actual, const torch::Tensor& expected, const char* what) {
  const double scale = 1e-30 + expected.abs().max().item<double>();
  const double worst =
      (actual.to(torch::kFloat64) - expected.to(torch::kFloat64)).abs().max().item<double>();
  EXPECT_LT(worst / scale, 2e-5) << what;
}

void expect_equal_to_plain(const Case& c, const ReconstructionTarget& target) {
  const torch::Tensor reference = plain_errors(c);
  expect_close(fused_reconstruction_error(c.h, c.output, target), reference, "errors");
  const torch::Tensor means = fused_mean_reconstruction_error(c.h, c.output, target);
  expect_close(means, reference.mean(1), "means");
  const torch::Tensor out_gradient = 0.5 + torch::arange(means.size(0), torch::kFloat32);
  const auto gradients = torch::autograd::grad({means}, c.variables(), {out_gradient});
  const auto expected =
      torch::autograd::grad({reference.mean(1)}, c.variables(), {out_gradient.to(torch::kFloat64)});
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    expect_close(gradients[i], expected[i], "gradient");
  }
}

TEST(FusedReconstruction, EqualsThePlainLayerOverAwkwardSizes) {
  for (const std::int64_t cells : {1, 191, 193}) {
    for (const std::int64_t features : {1, 17, 511, 513}) {
      for (const OutputKind kind : kKinds) {
        const Case c({.cells = cells, .features = features}, kind);
        SCOPED_TRACE(std::to_string(cells) + " x " + std::to_string(features));
        expect_equal_to_plain(c, c.sparse);
        expect_equal_to_plain(c, c.dense);
      }
    }
  }
}

TEST(FusedReconstruction, EqualsThePlainLayerForEveryNumberOfArmsAndWidth) {
  for (const std::int64_t arms : {1, 2, 5, 30}) {
    for (const std::int64_t hidden : {1, 15, 16, 33}) {
      for (const std::int64_t banks : {std::int64_t{1}, arms}) {
        for (const OutputKind kind : kKinds) {
          const Case c({.arms = arms, .hidden = hidden, .features = 70, .banks = banks}, kind);
          expect_equal_to_plain(c, c.sparse);
          expect_equal_to_plain(c, c.dense);
        }
      }
    }
  }
}

TEST(FusedReconstruction, AllArmsMayHaveOneTarget) {
  for (const OutputKind kind : kKinds) {
    Case c({.arms = 3}, kind);
    c.sparse.sparse.resize(1);
    c.dense.dense = c.dense.dense.narrow(0, 0, 1).contiguous();
    expect_equal_to_plain(c, c.sparse);
    expect_equal_to_plain(c, c.dense);
  }
}

// The plain layer's own gradients are held against finite differences in cpl_mixvae_test.cpp; here
// the fused values are, in float with a step that float can see.
TEST(FusedReconstruction, GradientsAreThoseOfFiniteDifferences) {
  for (const OutputKind kind : kKinds) {
    Case c({.arms = 1, .cells = 3, .hidden = 4, .features = 6}, kind);
    const auto loss = [&] {
      return fused_mean_reconstruction_error(c.h, c.output, c.sparse).sum();
    };
    const auto gradients = torch::autograd::grad({loss()}, c.variables());
    for (std::size_t v = 0; v < 3; ++v) {
      const torch::Tensor values = c.variables()[v].detach().flatten();
      for (std::int64_t i = 0; i < values.numel(); ++i) {
        const torch::NoGradGuard no_grad;
        const double step = 5e-3;
        const double old = values[i].item<double>();
        values[i] = old + step;
        const double above = loss().item<double>();
        values[i] = old - step;
        const double below = loss().item<double>();
        values[i] = old;
        EXPECT_NEAR((above - below) / (2 * step), gradients[v].flatten()[i].item<double>(), 0.03);
      }
    }
  }
}

TEST(FusedReconstruction, NumbersDoNotDependOnTheNumberOfThreads) {
  const std::vector<Sizes> all = {
      {.cells = 300, .hidden = 20, .features = 1300},
      {.arms = 1, .cells = 1000, .hidden = 300, .features = 400}};  // fewer tasks than threads
  for (const Sizes& sizes : all) {
    for (const OutputKind kind : kKinds) {
      const Case c(sizes, kind);
      const auto run = [&](int threads) {
        set_thread_count(threads);
        const torch::Tensor means = fused_mean_reconstruction_error(c.h, c.output, c.sparse);
        return torch::autograd::grad({means.sum()}, c.variables());
      };
      const auto one = run(1);
      const auto two = run(2);
      const auto three = run(3);
      set_thread_count(0);
      for (std::size_t i = 0; i < one.size(); ++i) {
        EXPECT_TRUE(torch::equal(one[i], two[i]));
        EXPECT_TRUE(torch::equal(one[i], three[i]));
      }
    }
  }
}

torch::Tensor rounded(const torch::Tensor& values) {
  return values.detach().to(torch::kBFloat16).to(torch::kFloat64);
}

/// Most elements agree closely; one whose rounding tipped the other way is off by a unit of its
/// last place, 2^-8.
void expect_close_but_for_ties(const torch::Tensor& actual, const torch::Tensor& expected,
                               const char* what) {
  const torch::Tensor difference = (actual.to(torch::kFloat64) - expected).abs();
  const double scale = 1e-30 + expected.abs().max().item<double>();
  EXPECT_LT(difference.max().item<double>() / scale, 4e-3) << what;
  EXPECT_LT(difference.mean().item<double>() / scale, 5e-6) << what;
}

/// h, W and gradients rounded where they enter products, all else in double precision.
void expect_products_of_rounded_numbers(const Case& c, const ReconstructionTarget& target) {
  const torch::Tensor h = rounded(c.h);
  const torch::Tensor weight = rounded(c.output.weight);
  const torch::Tensor y =
      (torch::matmul(h, weight) + c.output.bias.detach().to(torch::kFloat64)).requires_grad_();
  const torch::Tensor errors = errors_of(y, c);
  const torch::Tensor y_gradient = torch::autograd::grad({errors.sum()}, {y})[0];
  const double scale = 1.0 / static_cast<double>(h.size(1));

  OutputWeights output = c.output;
  output.precision = nn::kernels::Precision::bf16;
  const torch::Tensor means = fused_mean_reconstruction_error(c.h, output, target);
  expect_close(means, errors.mean(1), "means");
  const auto gradients = torch::autograd::grad({means.sum()}, c.variables());
  expect_close_but_for_ties(
      gradients[0], scale * torch::matmul(rounded(y_gradient), weight.transpose(1, 2)), "h");
  torch::Tensor by_weight = scale * torch::matmul(h.transpose(1, 2), rounded(y_gradient));
  torch::Tensor by_bias = scale * y_gradient.sum(1, true);
  if (weight.size(0) < h.size(0)) {
    by_weight = by_weight.sum(0, true);
    by_bias = by_bias.sum(0, true);
  }
  expect_close_but_for_ties(gradients[1], by_weight, "weight");
  expect_close(gradients[2], by_bias, "bias");
  expect_close(fused_reconstruction_error(c.h, output, target), plain_errors(c),
               "without gradients");
}

class Bf16Reconstruction : public testing::Test {
 protected:
  void SetUp() override {
    if (!nn::kernels::has_bf16_product()) {
      GTEST_SKIP() << "no products of 16-bit numbers here";
    }
  }
};

TEST_F(Bf16Reconstruction, RoundsWhatEntersProductsOverAwkwardSizes) {
  for (const std::int64_t cells : {1, 191, 193}) {
    for (const std::int64_t features : {1, 17, 513}) {
      for (const OutputKind kind : kKinds) {
        const Case c({.cells = cells, .hidden = 33, .features = features}, kind);
        SCOPED_TRACE(std::to_string(cells) + " x " + std::to_string(features));
        expect_products_of_rounded_numbers(c, c.sparse);
        expect_products_of_rounded_numbers(c, c.dense);
      }
    }
  }
}

TEST_F(Bf16Reconstruction, RoundsForEveryNumberOfArmsAndWidth) {
  for (const std::int64_t arms : {1, 5, 30}) {
    for (const std::int64_t hidden : {1, 16, 100}) {
      for (const std::int64_t banks : {std::int64_t{1}, arms}) {
        const Case c({.arms = arms, .hidden = hidden, .features = 70, .banks = banks},
                     OutputKind::relu);
        expect_products_of_rounded_numbers(c, c.sparse);
      }
    }
  }
}

TEST_F(Bf16Reconstruction, NumbersDoNotDependOnTheNumberOfThreads) {
  Case c({.cells = 300, .hidden = 20, .features = 1300}, OutputKind::relu);
  c.output.precision = nn::kernels::Precision::bf16;
  const auto run = [&](int threads) {
    set_thread_count(threads);
    const torch::Tensor means = fused_mean_reconstruction_error(c.h, c.output, c.sparse);
    return torch::autograd::grad({means.sum()}, c.variables());
  };
  const auto one = run(1);
  const auto three = run(3);
  set_thread_count(0);
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_TRUE(torch::equal(one[i], three[i]));
  }
}

TEST(FusedReconstruction, TargetsThatDoNotFitAreABug) {
  const Case c({}, OutputKind::relu);
  const Case other({.features = 31}, OutputKind::relu);
  EXPECT_THROW(fused_reconstruction_error(c.h, c.output, other.sparse), Bug);
  EXPECT_THROW(fused_reconstruction_error(c.h, c.output, {}), Bug);
}

TEST(FusedReconstruction, AnOutputThatIsNoNumberGivesNoNumber) {
  for (const std::int64_t features : {3, 40}) {  // within lanes and beside them
    for (const OutputKind kind : kKinds) {
      const Case c({.arms = 1, .features = features}, kind);
      c.h.detach().select(1, 0).fill_(std::numeric_limits<float>::quiet_NaN());
      const torch::Tensor errors = fused_reconstruction_error(c.h, c.output, c.dense);
      EXPECT_TRUE(errors[0][0].isnan().item<bool>());
    }
  }
}

TEST(FusedReconstruction, LargeLogitsDoNotOverflow) {
  const Case c({.arms = 1, .cells = 2, .hidden = 1, .features = 40}, OutputKind::bernoulli);
  const torch::NoGradGuard no_grad;
  c.output.weight.fill_(1);
  c.output.bias.fill_(0);
  c.h.copy_(torch::tensor({1e4F, -1e4F}).view({1, 2, 1}));
  c.dense.dense.fill_(0.25);
  const torch::Tensor errors = fused_reconstruction_error(c.h, c.output, c.dense);
  EXPECT_FLOAT_EQ(errors[0][0].item<float>(), 40 * 0.75e4);
  EXPECT_FLOAT_EQ(errors[0][1].item<float>(), 40 * 0.25e4);
}

}  // namespace fused_reconstruction_test
}  // namespace mixvae::objectives
