// The rate of training steps of cpl-mixVAE on synthetic cells: one JSON row, like the peers print.
// Takes the same options.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/options.hpp"
#include "base/philox.hpp"
#include "data/matrix.hpp"
#include "models/cpl_mixvae.hpp"
#include "nn/adam.hpp"
#include "nn/memory.hpp"
#include "nn/parameter_bank.hpp"
#include "nn/threads.hpp"

namespace mixvae {
namespace {

struct Setting {
  std::int64_t cells = 22365;
  std::int64_t genes = 5000;
  double density = 0.2;
  std::int64_t types = 115;
  std::int64_t batch = 1000;
  std::int64_t arms = 2;
  std::int64_t steps = 20;
  std::int64_t warmup = 5;
  std::int64_t threads = 2;
  std::int64_t seed = 0;
};

Options options(Setting& setting) {
  return {{.name = "cells", .target = &setting.cells, .meaning = "cells in the data", .minimum = 2},
          {.name = "genes", .target = &setting.genes, .meaning = "features", .minimum = 1},
          {.name = "density",
           .target = &setting.density,
           .meaning = "share of values that are not zero",
           .minimum = 0,
           .maximum = 1},
          {.name = "types", .target = &setting.types, .meaning = "types", .minimum = 1},
          {.name = "batch", .target = &setting.batch, .meaning = "cells per step", .minimum = 2},
          {.name = "arms", .target = &setting.arms, .meaning = "arms", .minimum = 1},
          {.name = "steps", .target = &setting.steps, .meaning = "steps timed", .minimum = 1},
          {.name = "warmup", .target = &setting.warmup, .meaning = "steps before", .minimum = 0},
          {.name = "threads", .target = &setting.threads, .meaning = "threads", .minimum = 1},
          {.name = "seed", .target = &setting.seed, .meaning = "seed", .minimum = 0}};
}

Setting read_setting(const std::vector<std::string>& words) {
  Setting setting;
  const Options table = options(setting);
  for (std::size_t i = 0; i < words.size(); i += 2) {
    if (!words[i].starts_with("--") || i + 1 == words.size()) {
      throw UsageError({.what = "options are given as --name value", .found = words[i]});
    }
    set_option(find_option(table, words[i].substr(2)), words[i + 1]);
  }
  return setting;
}

/// Log-expression-like values [cells, genes]: zero, or uniform between 0 and 5.
CsrMatrix synthetic_cells(const Setting& setting) {
  const Philox random(static_cast<std::uint64_t>(setting.seed), Purpose::simulation);
  const auto threshold = static_cast<float>(setting.density);
  CsrMatrix cells;
  cells.rows = setting.cells;
  cells.columns = setting.genes;
  for (Index r = 0; r < setting.cells; ++r) {
    for (Index c = 0; c < setting.genes; ++c) {
      const float u = random.uniform(static_cast<std::uint64_t>(r * setting.genes + c));
      if (u < threshold) {
        cells.column_numbers.push_back(static_cast<std::int32_t>(c));
        cells.values.push_back(5 * u / threshold);
      }
    }
    cells.offsets.push_back(static_cast<Index>(cells.values.size()));
  }
  return cells;
}

/// Rows of batch number `step`, chosen at random.
std::vector<Index> batch_rows(const Setting& setting, std::int64_t step) {
  const Philox random(static_cast<std::uint64_t>(setting.seed), Purpose::shuffle,
                      static_cast<std::uint64_t>(step));
  std::vector<Index> rows;
  for (std::int64_t i = 0; i < setting.batch; ++i) {
    rows.push_back(static_cast<Index>(
        random.integer(static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(setting.cells))));
  }
  return rows;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void print_row(const Setting& setting, double seconds, double loss) {
  Setting printed = setting;
  std::string row = R"({"program": "mixvae")";
  for (const Option& option : options(printed)) {
    row += ", \"" + option.name + "\": " + option_text(option);
  }
  std::printf("%s, \"milliseconds_per_step\": %.3f, \"steps_per_second\": %.3f, \"loss\": %.4f}\n",
              row.c_str(), 1e3 * seconds, 1 / seconds, loss);
}

/// Times whole steps: fetching the batch, objective, gradients, optimiser.
void run(const Setting& setting) {
  nn::keep_freed_memory();
  nn::set_threads(static_cast<int>(setting.threads));
  const Matrix cells = synthetic_cells(setting);
  models::CplMixVaeOptions architecture = models::published_options();
  architecture.arms = setting.arms;
  architecture.state_dropout = 0.2;
  models::CplMixVae model(setting.genes, setting.types, architecture,
                          static_cast<std::uint64_t>(setting.seed));
  std::vector<torch::Tensor> parameters;
  for (const models::NamedTensor& parameter : model.parameters()) {
    parameters.push_back(parameter.tensor);
  }
  nn::ParameterBank bank(parameters);
  nn::Adam adam(bank, {});
  models::Batch batch;
  batch.x = torch::empty({setting.batch, setting.genes});
  const std::span<float> x(batch.x.data_ptr<float>(), static_cast<std::size_t>(batch.x.numel()));

  std::vector<double> seconds;
  double loss = 0;
  for (std::int64_t step = 0; step < setting.warmup + setting.steps; ++step) {
    const auto begin = std::chrono::steady_clock::now();
    batch.step = static_cast<std::uint64_t>(step);
    gather_rows(cells, batch_rows(setting, step), x);
    const torch::Tensor objective = model.training_loss(batch).front().second;
    objective.backward();
    adam.step(1e-3);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    if (step >= setting.warmup) {
      seconds.push_back(passed.count());
    }
    loss = objective.item<double>();
  }
  print_row(setting, median(seconds), loss);
}

}  // namespace
}  // namespace mixvae

int main(int argc, char** argv) {
  try {
    mixvae::run(mixvae::read_setting({argv + 1, argv + argc}));
    return 0;
  } catch (const mixvae::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return error.exit_code();
  }
}
