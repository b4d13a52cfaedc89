// The first layer: sparse rows with dropout inside, against the tensor operations. Arguments:
// cells, genes, per cent of non-zeros.
#include <benchmark/benchmark.h>

#include "nn/random.hpp"
#include "nn/sparse_linear.hpp"
#include "support/sparse_examples.hpp"

namespace mixvae::nn {
namespace {

constexpr std::int64_t kArms = 2;
constexpr std::int64_t kOutputs = 100;
const NoiseKey kKey{5, Purpose::input_dropout, 3};

struct Setting {
  CsrMatrix matrix;
  SparseRows rows;
  torch::Tensor weight;
  torch::Tensor bias;

  explicit Setting(const benchmark::State& state)
      : matrix(support::sparse_example(state.range(0), state.range(1),
                                       static_cast<double>(state.range(2)) / 80.0)),
        rows(sparse_rows(matrix)),
        weight(normal({kArms, state.range(1), kOutputs}, {1, Purpose::test, 0}, {})),
        bias(torch::zeros({kArms, 1, kOutputs})) {
    weight.requires_grad_();
    bias.requires_grad_();
  }
};

void sparse_layer(benchmark::State& state) {
  const Setting setting(state);
  for ([[maybe_unused]] auto _ : state) {
    sparse_linear({setting.rows}, setting.weight, setting.bias, kArms, {0.5, kKey})
        .sum()
        .backward();
  }
}

void dense_layer(benchmark::State& state) {
  const Setting setting(state);
  const torch::Tensor x = setting.rows.to_dense();
  for ([[maybe_unused]] auto _ : state) {
    const torch::Tensor input =
        x * dropout_mask({kArms, x.size(0), x.size(1)}, 0.5, kKey, x.options());
    torch::baddbmm(setting.bias, input, setting.weight).sum().backward();
  }
}

void mask(benchmark::State& state) {
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(dropout_mask({state.range(0), state.range(1)}, 0.5, kKey, {}));
  }
}

BENCHMARK(sparse_layer)
    ->Args({1000, 5000, 20})
    ->Args({1000, 5000, 5})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(dense_layer)->Args({1000, 5000, 20})->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(mask)->Args({2000, 5000})->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace mixvae::nn
