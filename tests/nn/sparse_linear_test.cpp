#include "nn/sparse_linear.hpp"

#include <list>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "support/sparse_examples.hpp"

namespace mixvae::nn {
namespace sparse_linear_test {

const NoiseKey kKey{5, Purpose::input_dropout, 3};

/// Sparse rows and the matrix behind them.
struct Example {
  CsrMatrix matrix;
  SparseRows rows;

  Example(Index cells, Index inputs, double density, std::uint64_t seed = 1)
      : matrix(support::sparse_example(cells, inputs, density, seed)), rows(sparse_rows(matrix)) {}
  Example(const Example&) = delete;
  Example& operator=(const Example&) = delete;
};

struct Layer {
  torch::Tensor weight;
  torch::Tensor bias;

  Layer(std::int64_t banks, std::int64_t inputs, std::int64_t outputs)
      : weight(normal({banks, inputs, outputs}, {1, Purpose::test, 0}, {}).requires_grad_()),
        bias(normal({banks, 1, outputs}, {1, Purpose::test, 1}, {}).requires_grad_()) {}
};

/// The layer by tensor operations, in double precision.
torch::Tensor plain(const std::vector<SparseRows>& x, const Layer& layer, std::int64_t arms,
                    double keep) {
  std::vector<torch::Tensor> inputs;
  for (std::int64_t a = 0; a < arms; ++a) {
    inputs.push_back(x[x.size() == 1 ? 0 : static_cast<std::size_t>(a)].to_dense());
  }
  torch::Tensor input = torch::stack(inputs).to(torch::kFloat64);
  if (keep < 1) {
    input = input * dropout_mask(input.sizes(), keep, kKey, input.options());
  }
  return torch::matmul(input, layer.weight.to(torch::kFloat64)) + layer.bias.to(torch::kFloat64);
}

/// Value and gradients of both forms under a random gradient of the output.
void expect_equal_to_plain(const std::vector<SparseRows>& x, std::int64_t arms, std::int64_t banks,
                           std::int64_t outputs, double keep) {
  Layer layer(banks, x.front().columns, outputs);
  const torch::Tensor out = sparse_linear(x, layer.weight, layer.bias, arms, {keep, kKey});
  const torch::Tensor reference = plain(x, layer, arms, keep);
  EXPECT_TRUE(torch::allclose(out.to(torch::kFloat64), reference, 1e-5, 1e-4));
  const torch::Tensor out_gradient = normal(out.sizes(), {1, Purpose::test, 2}, {});
  const auto gradients = torch::autograd::grad({out}, {layer.weight, layer.bias}, {out_gradient});
  const auto expected = torch::autograd::grad({reference}, {layer.weight, layer.bias},
                                              {out_gradient.to(torch::kFloat64)});
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(torch::allclose(gradients[i], expected[i], 1e-4, 1e-4)) << i;
  }
}

TEST(SparseLinear, EqualsTheTensorOperationsOverAwkwardSizes) {
  for (const std::int64_t cells : {1, 2, 63, 65, 130}) {
    for (const std::int64_t inputs : {1, 5, 257}) {
      const Example example(cells, inputs, 0.2);
      expect_equal_to_plain({example.rows}, 2, 2, 17, 0.5);
    }
  }
  const Example example(33, 40, 0.2);
  for (const std::int64_t outputs : {1, 15, 16, 33, 49, 65, 81, 100, 113, 129, 300}) {
    expect_equal_to_plain({example.rows}, 2, 2, outputs, 0.5);
  }
}

TEST(SparseLinear, EveryNumberOfArmsAndFormOfInput) {
  for (const std::int64_t arms : {1, 2, 5}) {
    std::list<Example> examples;
    std::vector<SparseRows> own;
    for (std::int64_t a = 0; a < arms; ++a) {
      own.push_back(examples.emplace_back(70, 41, 0.3, static_cast<std::uint64_t>(a)).rows);
    }
    for (const double keep : {1.0, 0.8, 0.25}) {
      expect_equal_to_plain(own, arms, arms, 7, keep);
      expect_equal_to_plain({own.front()}, arms, arms, 7, keep);
      expect_equal_to_plain(own, arms, 1, 7, keep);
    }
  }
}

TEST(SparseLinear, NumbersDoNotDependOnTheNumberOfThreads) {
  const Example example(300, 700, 0.2);
  const auto run = [&](int threads) {
    set_thread_count(threads);
    Layer layer(2, 700, 30);
    const torch::Tensor out =
        sparse_linear({example.rows}, layer.weight, layer.bias, 2, {0.5, kKey});
    out.square().sum().backward();
    return std::pair(out.detach(), layer.weight.grad());
  };
  const auto one = run(1);
  const auto three = run(3);
  set_thread_count(0);
  EXPECT_TRUE(torch::equal(one.first, three.first));
  EXPECT_TRUE(torch::equal(one.second, three.second));
}

TEST(SparseLinear, RowsThatDoNotFitAreABug) {
  const Example example(3, 4, 0.5);
  const Layer layer(1, 5, 2);
  EXPECT_THROW(sparse_linear({example.rows}, layer.weight, layer.bias, 1, {}), Bug);
}

}  // namespace sparse_linear_test
}  // namespace mixvae::nn
