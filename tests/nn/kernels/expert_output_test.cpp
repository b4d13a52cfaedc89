#include "nn/kernels/expert_output.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "nn/random.hpp"

namespace mixvae::nn::kernels {
namespace expert_output_test {

torch::Tensor random(at::IntArrayRef shape, std::uint64_t step) {
  return nn::normal(shape, {7, Purpose::test, step}, {});
}

/// Arrays of a layer, and what tensor operations in double precision make of them.
struct Example {
  std::vector<std::int64_t> first_cells;
  OutputKind kind;
  torch::Tensor h, weight, bias, target, factors;

  Example(std::vector<std::int64_t> first, std::int64_t hidden, std::int64_t features,
          OutputKind its_kind)
      : first_cells(std::move(first)),
        kind(its_kind),
        h(random({first_cells.back(), hidden}, 1)),
        weight(random({experts(), hidden, features}, 2)),
        bias(random({experts(), features}, 3)),
        target(nn::uniform({first_cells.back(), features}, {7, Purpose::test, 4}, {})),
        factors(random({experts()}, 5)) {}

  std::int64_t experts() const { return static_cast<std::int64_t>(first_cells.size()) - 1; }

  ExpertLayer layer() const {
    return {first_cells,
            h.size(1),
            weight.size(2),
            kind,
            h.data_ptr<float>(),
            weight.data_ptr<float>(),
            bias.data_ptr<float>(),
            target.data_ptr<float>()};
  }
};

struct Reference {
  torch::Tensor h, weight, bias, errors;

  explicit Reference(const Example& example)
      : h(example.h.to(torch::kFloat64).requires_grad_()),
        weight(example.weight.to(torch::kFloat64).requires_grad_()),
        bias(example.bias.to(torch::kFloat64).requires_grad_()) {
    std::vector<torch::Tensor> parts;
    torch::Tensor total = torch::zeros({}, torch::kFloat64);
    for (std::int64_t m = 0; m < example.experts(); ++m) {
      const std::int64_t begin = example.first_cells[static_cast<std::size_t>(m)];
      const std::int64_t end = example.first_cells[static_cast<std::size_t>(m) + 1];
      const torch::Tensor y = torch::addmm(bias[m], h.slice(0, begin, end), weight[m]);
      const torch::Tensor x = example.target.slice(0, begin, end).to(torch::kFloat64);
      const torch::Tensor each = example.kind == OutputKind::bernoulli ? torch::softplus(y) - x * y
                                                                       : 0.5 * (y - x).square();
      parts.push_back(each.sum(1));
      total = total + example.factors[m].to(torch::kFloat64) * each.sum();
    }
    errors = torch::cat(parts).detach();
    total.backward();
  }
};

void expect_close(const torch::Tensor& value, const torch::Tensor& expected, const char* what) {
  const double scale = 1e-6 + expected.abs().max().item<double>();
  EXPECT_LT((value.to(torch::kFloat64) - expected).abs().max().item<double>() / scale, 1e-5)
      << what;
}

void expect_equal_to_reference(const Example& example) {
  const Reference reference(example);
  ExpertOutput output(example.layer());
  const torch::Tensor errors = torch::empty({example.h.size(0)});
  output.errors(errors.data_ptr<float>());
  const torch::Tensor h = torch::empty_like(example.h);
  const torch::Tensor weight = torch::ones_like(example.weight);  // gradients are added
  const torch::Tensor bias = torch::ones_like(example.bias);
  output.gradients({example.factors.data_ptr<float>(), h.data_ptr<float>(),
                    weight.data_ptr<float>(), bias.data_ptr<float>()});
  expect_close(errors, reference.errors, "errors");
  expect_close(h, reference.h.grad(), "by h");
  expect_close(weight, reference.weight.grad() + 1, "by weight");
  expect_close(bias, reference.bias.grad() + 1, "by bias");
}

TEST(ExpertOutput, EqualsTensorOperationsInDoublePrecisionOverAwkwardSizes) {
  for (const OutputKind kind : {OutputKind::linear, OutputKind::bernoulli}) {
    for (const std::int64_t features : {1, 15, 17, 511, 512, 513, 1030}) {
      expect_equal_to_reference({{0, 1, 1, 40}, 9, features, kind});
    }
    for (const std::int64_t hidden : {1, 64, 65}) {
      expect_equal_to_reference({{0, 127, 255, 384, 384}, hidden, 20, kind});
    }
  }
}

}  // namespace expert_output_test
}  // namespace mixvae::nn::kernels
