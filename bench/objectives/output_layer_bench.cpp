// The output layer with its squared error and gradients: tiles (ReLU and Bernoulli; sparse and
// dense targets), the exact form (linear, sparse), and the tensor operations. Arguments: cells, per
// cent of non-zeros.
#include <benchmark/benchmark.h>

#include "nn/random.hpp"
#include "objectives/fused_reconstruction.hpp"
#include "objectives/reconstruction.hpp"
#include "support/sparse_examples.hpp"

namespace mixvae::objectives {
namespace {

using nn::kernels::OutputKind;

constexpr std::int64_t kArms = 2;
constexpr std::int64_t kHidden = 100;
constexpr std::int64_t kGenes = 5000;

struct Setting {
  CsrMatrix matrix;
  nn::SparseRows rows;
  torch::Tensor h;
  OutputWeights output;

  Setting(const benchmark::State& state, OutputKind kind)
      : matrix(support::sparse_example(state.range(0), kGenes,
                                       static_cast<double>(state.range(1)) / 80.0)),
        rows(nn::sparse_rows(matrix)) {
    const auto random = [](at::IntArrayRef shape, std::uint64_t step) {
      return (0.1 * nn::normal(shape, {3, Purpose::test, step}, {})).requires_grad_();
    };
    h = random({kArms, state.range(0), kHidden}, 0);
    output = {random({kArms, kHidden, kGenes}, 1), random({kArms, 1, kGenes}, 2), kind};
  }
};

void run_fused(benchmark::State& state, const Setting& setting,
               const ReconstructionTarget& target) {
  for ([[maybe_unused]] auto _ : state) {
    fused_mean_reconstruction_error(setting.h, setting.output, target).sum().backward();
  }
}

void tiles_sparse(benchmark::State& state) {
  const Setting setting(state, OutputKind::relu);
  run_fused(state, setting, {.sparse = {setting.rows}});
}

void tiles_dense(benchmark::State& state) {
  const Setting setting(state, OutputKind::relu);
  run_fused(state, setting, {.dense = setting.rows.to_dense().unsqueeze(0)});
}

void tiles_bernoulli(benchmark::State& state) {
  const Setting setting(state, OutputKind::bernoulli);
  run_fused(state, setting, {.sparse = {setting.rows}});
}

void exact_form(benchmark::State& state) {
  const Setting setting(state, OutputKind::linear);
  run_fused(state, setting, {.sparse = {setting.rows}});
}

void tensor_operations(benchmark::State& state) {
  const Setting setting(state, OutputKind::relu);
  const torch::Tensor target = setting.rows.to_dense();
  for ([[maybe_unused]] auto _ : state) {
    const torch::Tensor mean =
        torch::relu(torch::baddbmm(setting.output.bias, setting.h, setting.output.weight));
    squared_error(mean, target).mean(1).sum().backward();
  }
}

BENCHMARK(tiles_sparse)
    ->Args({1000, 20})
    ->Args({1000, 5})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(tiles_bernoulli)->Args({1000, 20})->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(tiles_dense)->Args({1000, 20})->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(exact_form)
    ->Args({1000, 20})
    ->Args({1000, 5})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(tensor_operations)->Args({1000, 20})->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace mixvae::objectives
