// The rate of training steps on synthetic cells: one JSON row, like the peers print.
// Takes the same options, and some of its own. The row also tells the floor: the time that the
// matrix products of the output layer (6 A B D H operations), and those of both wide layers done
// densely (10 A B D H), take at the rate measured for them in this run. Models
// of the registry run with their default preset unless network_of() names another network; a peer
// is added in model_of() of bench/peers/harness.py.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/library_settings.hpp"
#include "base/options.hpp"
#include "base/philox.hpp"
#include "data/matrix.hpp"
#include "data/prepare/similarity.hpp"
#include "models/registry.hpp"
#include "nn/device.hpp"
#include "nn/memory.hpp"
#include "nn/threads.hpp"
#include "training/learner.hpp"
#include "training/matrix_batches.hpp"
#include "training/training_step.hpp"

namespace mixvae {
namespace {

struct Setting {
  std::string model = "cpl-mixvae";
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
  std::string output = "relu";
  std::string likelihood = "mse";
  std::string kernels = "fused";
  std::string precision = "fp32";
  std::string device = "cpu";
  bool capture = true;
  bool tf32 = false;
};

Options options(Setting& setting) {
  return {{.name = "model",
           .target = &setting.model,
           .meaning = "what is trained",
           .choices = models::model_names()},
          {.name = "cells", .target = &setting.cells, .meaning = "cells in the data", .minimum = 2},
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
          {.name = "seed", .target = &setting.seed, .meaning = "seed", .minimum = 0},
          {.name = "output",
           .target = &setting.output,
           .meaning = "of the decoder, where a model has a choice",
           .choices = {"relu", "linear"}},
          {.name = "likelihood",
           .target = &setting.likelihood,
           .meaning = "reconstruction error",
           .choices = {"mse", "bernoulli"}},
          {.name = "kernels",
           .target = &setting.kernels,
           .meaning = "how the CPU computes",
           .choices = {"fused", "plain"}},
          {.name = "precision",
           .target = &setting.precision,
           .meaning = "numbers that products of a wide output read",
           .choices = {"fp32", "bf16"}},
          {.name = "device",
           .target = &setting.device,
           .meaning = "where tensors live",
           .choices = {"cpu", "cuda"}},
          {.name = "capture",
           .target = &setting.capture,
           .meaning = "on a CUDA device, steps run as one captured graph"},
          {.name = "tf32",
           .target = &setting.tf32,
           .meaning = "on a CUDA device, products may round to TF32"}};
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

/// Log-expression-like values [cells, genes]: zero, or uniform between 0 and 5; between 0 and 1 for
/// Bernoulli features.
CsrMatrix synthetic_cells(const Setting& setting) {
  const Philox random(static_cast<std::uint64_t>(setting.seed), Purpose::simulation);
  const auto threshold = static_cast<float>(setting.density);
  const float largest = setting.likelihood == "bernoulli" ? 1 : 5;
  CsrMatrix cells;
  cells.rows = setting.cells;
  cells.columns = setting.genes;
  for (Index r = 0; r < setting.cells; ++r) {
    for (Index c = 0; c < setting.genes; ++c) {
      const float u = random.uniform(static_cast<std::uint64_t>(r * setting.genes + c));
      if (u < threshold) {
        cells.column_numbers.push_back(static_cast<std::int32_t>(c));
        cells.values.push_back(largest * u / threshold);
      }
    }
    cells.offsets.push_back(static_cast<Index>(cells.values.size()));
  }
  return cells;
}

constexpr Index kCoordinates = 50;

/// Where MoE-Sim-VAE finds neighbours: [cells, 50], uniform.
DenseMatrix synthetic_coordinates(const Setting& setting) {
  const Philox random(static_cast<std::uint64_t>(setting.seed), Purpose::simulation, 1);
  DenseMatrix coordinates(setting.cells, kCoordinates);
  for (std::size_t i = 0; i < coordinates.values.size(); ++i) {
    coordinates.values[i] = random.uniform(i);
  }
  return coordinates;
}

/// A preset of a model and what is changed of it, as options of the model.
struct Network {
  std::string model;
  std::string preset;
  std::vector<std::pair<std::string, std::string>> changes;
};

/// The published network of cpl-mixVAE; of MoE-Sim-VAE a fully connected one for images of the size
/// of MNIST's: encoder D-500-500-32, clustering network 32-50-K, experts 32-200-200-D.
Network network_of(const std::string& model) {
  const std::vector<Network> networks{{"cpl-mixvae", "published", {{"state-dropout", "0.2"}}},
                                      {"moe-sim-vae",
                                       "default",
                                       {{"hidden", "500"},
                                        {"hidden-layers", "2"},
                                        {"latent", "32"},
                                        {"gating-layers", "1"},
                                        {"gating-hidden", "50"},
                                        {"decoder-hidden", "200"}}}};
  const auto found = std::ranges::find(networks, model, &Network::model);
  return found == networks.end() ? Network{model, "default", {}} : *found;
}

using Settings = std::vector<std::pair<std::string, std::string>>;

/// What the preset sets of the model and of the fit around it.
const Settings& preset_settings(const Setting& setting) {
  return models::preset_of(models::model_spec(setting.model), network_of(setting.model).preset)
      .settings;
}

models::ModelOptions model_options(const Setting& setting) {
  models::ModelOptions options = models::model_spec(setting.model).options;
  const Options table = options.all();
  const auto set = [&table](const Settings& settings) {
    for (const auto& [name, value] : settings) {
      const auto found = std::ranges::find(table, name, &Option::name);
      if (found != table.end()) {
        set_option(*found, value);
      }
    }
  };
  set(preset_settings(setting));
  set(network_of(setting.model).changes);
  set({{"arms", std::to_string(setting.arms)},
       {"output", setting.output},
       {"likelihood", setting.likelihood}});
  return options;
}

std::unique_ptr<models::Model> make_model(const Setting& setting) {
  return models::model_spec(setting.model)
      .make({setting.genes, setting.types}, model_options(setting),
            static_cast<std::uint64_t>(setting.seed));
}

nn::Execution execution(const Setting& setting) {
  return {.fused = setting.kernels == "fused",
          .precision = setting.precision == "bf16" ? nn::kernels::Precision::bf16
                                                   : nn::kernels::Precision::fp32};
}

/// What a preset with neighbours is told of pairs of cells, or null.
std::unique_ptr<Similarity> make_similarity(const Setting& setting) {
  const Settings& settings = preset_settings(setting);
  const std::pair<std::string, std::string> neighbours{"similarity", "knn"};
  return std::ranges::find(settings, neighbours) == settings.end()
             ? nullptr
             : batch_neighbours(synthetic_coordinates(setting),
                                0.8 / static_cast<double>(setting.types));
}

/// Width of the last hidden layer, and networks that write all features of every cell.
std::pair<std::int64_t, std::int64_t> output_layers(const Setting& setting) {
  models::ModelOptions options = model_options(setting);
  const Options table = options.all();
  const std::string width = option_text(find_option(table, "decoder-hidden"));
  const bool has_arms = std::ranges::find(table, "arms", &Option::name) != table.end();
  return {std::stoll(width == "auto" ? option_text(find_option(table, "hidden")) : width),
          has_arms ? setting.arms : 1};
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

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Seconds that the three products of the output layer take for all arms: medians over repetitions.
double output_products(const Setting& setting) {
  const auto [hidden, networks] = output_layers(setting);
  const torch::TensorOptions on = nn::device_named(setting.device);
  const torch::Tensor h = torch::rand({setting.batch, hidden}, on);
  const torch::Tensor weight = torch::rand({hidden, setting.genes}, on);
  torch::Tensor y = torch::empty({setting.batch, setting.genes}, on);
  torch::Tensor h_gradient = torch::empty_like(h);
  torch::Tensor weight_gradient = torch::empty_like(weight);
  double total = 0;
  const auto add = [&](torch::Tensor& out, const torch::Tensor& a, const torch::Tensor& b) {
    std::vector<double> seconds;
    for (int repetition = 0; repetition < 9; ++repetition) {
      const auto begin = std::chrono::steady_clock::now();
      at::mm_out(out, a, b);
      static_cast<void>(out[0][0].item<float>());  // waits for a device
      seconds.push_back(seconds_since(begin));
    }
    total += median(seconds);
  };
  add(y, h, weight);
  add(h_gradient, y, weight.t());
  add(weight_gradient, h.t(), y);
  return total * static_cast<double>(networks);
}

std::string quoted(const Option& option) {
  const bool text = std::holds_alternative<std::string*>(option.target);
  return text ? '"' + option_text(option) + '"' : option_text(option);
}

/// What a step takes: time on the clock, and of all processors together.
struct StepTime {
  double seconds;
  double processor_seconds;
};

void print_row(const Setting& setting, const StepTime& time, double floor, double loss) {
  Setting printed = setting;
  std::string row = R"({"program": "mixvae")";
  for (const Option& option : options(printed)) {
    row += ", \"" + option.name + "\": " + quoted(option);
  }
  std::printf(
      "%s, \"milliseconds_per_step\": %.3f, \"processor_milliseconds_per_step\": %.3f, "
      "\"steps_per_second\": %.3f, \"loss\": %.4f, "
      "\"floor\": %.3f, \"dense_floor\": %.3f}\n",
      row.c_str(), 1e3 * time.seconds, 1e3 * time.processor_seconds, 1 / time.seconds, loss,
      1e3 * floor, 1e3 * floor * 10 / 6);
}

/// Times whole steps: fetching the batch, objective, gradients, optimiser.
class StepBench {
 public:
  explicit StepBench(const Setting& setting)
      : setting_(setting),
        device_(nn::device_named(setting.device)),
        cells_(synthetic_cells(setting)),
        similarity_(make_similarity(setting)),
        model_(make_model(setting)),
        source_(cells_, device_, execution(setting)),
        learners_(make_learners()),
        sums_(torch::zeros({64}, torch::TensorOptions(device_).dtype(torch::kFloat64))),
        step_(learners_, sums_, form(setting)) {
    source_.set_similarity(similarity_.get());
    if (!device_.is_cpu()) {
      source_.make_resident();
    } else if (model_->reads_sparse_rows(source_.execution())) {
      source_.deliver_sparse_rows();
    }
  }

  /// On the CPU the medians of the steps' times. A device works on while the host prepares the next
  /// step, so there it is the mean of all steps, with one wait at the end.
  void run() {
    for (std::int64_t step = 0; step < setting_.warmup; ++step) {
      take_step(step);
    }
    const StepTime time = device_.is_cpu() ? median_of_steps() : mean_of_steps();
    print_row(setting_, time, output_products(setting_), last_loss());
  }

 private:
  /// Of the model on the device.
  training::Learners make_learners() {
    model_->to(device_);
    return training::learners_of(*model_, {});
  }

  static training::StepForm form(const Setting& setting) {
    if (setting.device == "cpu") {
      return training::StepForm::by_host;
    }
    return setting.capture ? training::StepForm::captured : training::StepForm::by_device;
  }

  void take_step(std::int64_t step) {
    sums_.zero_();
    step_.take(source_.training_batch(batch_rows(setting_, step), static_cast<std::uint64_t>(step)),
               1e-3, names_);
  }

  /// Waits for a device.
  double last_loss() const { return sums_[0].item<double>(); }

  StepTime median_of_steps() {
    std::vector<double> seconds;
    std::vector<double> processor_seconds;
    for (std::int64_t step = 0; step < setting_.steps; ++step) {
      const StepTime time = time_of([&] { take_step(setting_.warmup + step); });
      seconds.push_back(time.seconds);
      processor_seconds.push_back(time.processor_seconds);
    }
    return {median(seconds), median(processor_seconds)};
  }

  StepTime mean_of_steps() {
    static_cast<void>(last_loss());
    const StepTime all = time_of([&] {
      for (std::int64_t step = 0; step < setting_.steps; ++step) {
        take_step(setting_.warmup + step);
      }
      static_cast<void>(last_loss());
    });
    const auto steps = static_cast<double>(setting_.steps);
    return {all.seconds / steps, all.processor_seconds / steps};
  }

  template <class Work>
  static StepTime time_of(const Work& work) {
    const auto begin = std::chrono::steady_clock::now();
    const std::clock_t processor_begin = std::clock();
    work();
    return {seconds_since(begin),
            static_cast<double>(std::clock() - processor_begin) / CLOCKS_PER_SEC};
  }

  Setting setting_;
  torch::Device device_;
  Matrix cells_;
  std::unique_ptr<Similarity> similarity_;
  std::unique_ptr<models::Model> model_;
  training::MatrixBatches source_;
  training::Learners learners_;
  torch::Tensor sums_;
  training::TrainingStep step_;
  std::vector<std::string> names_;
};

void run(const Setting& setting) {
  nn::keep_freed_memory();
  nn::set_threads(static_cast<int>(setting.threads));
  nn::allow_tf32(setting.tf32);
  StepBench(setting).run();
}

}  // namespace
}  // namespace mixvae

int main(int argc, char** argv) {
  mixvae::restart_with_library_settings(argv);
  try {
    mixvae::run(mixvae::read_setting({argv + 1, argv + argc}));
    return 0;
  } catch (const mixvae::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return error.exit_code();
  }
}
