// The core's own program, for machines without Debian's packages (scripts/gpu-run): trains a model
// of the registry on a .npy matrix of prepared values, resumes when called again, and writes what
// the model says of every cell.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <map>
#include <numeric>

#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "base/library_settings.hpp"
#include "base/options.hpp"
#include "base/progress.hpp"
#include "data/io/npy.hpp"
#include "data/prepare/value_checks.hpp"
#include "models/registry.hpp"
#include "nn/memory.hpp"
#include "nn/threads.hpp"
#include "training/matrix_batches.hpp"
#include "training/safetensors.hpp"
#include "training/trainer.hpp"

namespace mixvae::core {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsage =
    "mixvae-core fit FILE.npy --out FOLDER --types K [--device cuda] [--NAME VALUE ...]";

struct Request {
  std::string file;
  std::string out;
  std::string model = models::default_model().name;
  std::string preset = "default";
  std::int64_t types = 0;
  std::int64_t seed = 0;
  std::int64_t threads = 0;
  std::string device = "cpu";
  models::ModelOptions options = models::default_model().options;
  training::TrainerOptions trainer;
};

Options options(Request& request) {
  Options all = {{.name = "out", .target = &request.out, .meaning = "folder of the results"},
                 {.name = "model",
                  .target = &request.model,
                  .meaning = "model",
                  .choices = models::model_names()},
                 {.name = "preset",
                  .target = &request.preset,
                  .meaning = "settings of the model to start from",
                  .choices = models::preset_names()},
                 {.name = "types", .target = &request.types, .meaning = "types", .minimum = 1},
                 {.name = "seed", .target = &request.seed, .meaning = "seed", .minimum = 0},
                 {.name = "threads",
                  .target = &request.threads,
                  .meaning = "threads, 0 for all cores",
                  .minimum = 0},
                 {.name = "device",
                  .target = &request.device,
                  .meaning = "where tensors live",
                  .choices = {"cpu", "cuda"}}};
  std::ranges::move(request.options.all(), std::back_inserter(all));
  std::ranges::move(options(request.trainer), std::back_inserter(all));
  return all;
}

void print_help() {
  std::printf("usage: %s\n", kUsage);
  for (const models::ModelSpec& spec : models::model_specs()) {
    Request defaults;
    defaults.model = spec.name;
    defaults.options = spec.options;
    std::printf("\n--model %s: %s\n", spec.name.c_str(), spec.summary.c_str());
    for (const Option& option : options(defaults)) {
      std::printf("  --%-20s %s (%s)\n", option.name.c_str(), option.meaning.c_str(),
                  option_text(option).c_str());
    }
  }
}

/// The texts given, by option.
std::map<std::string, std::string> given_texts(const std::vector<std::string>& words) {
  std::map<std::string, std::string> texts;
  for (std::size_t i = 2; i < words.size(); i += 2) {
    if (!words[i].starts_with("--")) {
      throw UsageError({.what = "an option begins with --", .found = words[i]});
    }
    texts[words[i].substr(2)] = words[i + 1];
  }
  return texts;
}

/// What this program never does, since nothing here prepares it, by the options that ask for it.
const std::map<std::string, std::string> kNever = {
    {"start", "none"}, {"state-epochs", "0"}, {"prune", "no"}, {"mixture-starts", "0"}};

/// Options of the whole program that are not there, and stay what they are here.
struct Absent {
  std::string augment = "none";
  std::string similarity = "none";
  std::string pairs;
  std::string known_types;
  std::string signatures;
  std::string reference_prior;
};

Options options(Absent& absent) {
  return {{.name = "augment", .target = &absent.augment},
          {.name = "similarity", .target = &absent.similarity},
          {.name = "pairs", .target = &absent.pairs},
          {.name = "known-types", .target = &absent.known_types},
          {.name = "signatures", .target = &absent.signatures},
          {.name = "reference-prior", .target = &absent.reference_prior}};
}

/// Model and preset; of a preset what this program has.
void choose_model(Request& request, const std::map<std::string, std::string>& texts) {
  const auto text = [&texts](const std::string& name, const std::string& otherwise) {
    const auto found = texts.find(name);
    return found == texts.end() ? otherwise : found->second;
  };
  const models::ModelSpec& spec = models::model_spec(text("model", request.model));
  request.options = spec.options;
  const Options table = options(request);
  for (const auto& [name, value] : models::preset_of(spec, text("preset", "default")).settings) {
    const auto found = std::ranges::find(table, name, &Option::name);
    if (found != table.end()) {
      set_option(*found, value);
    }
  }
  for (const Option& option : table) {
    if (const auto never = kNever.find(option.name); never != kNever.end()) {
      set_option(option, never->second);
    }
  }
}

/// Throws UsageError for what this program never does, and for options without effect here.
void require_possible(Request& request, Request standard) {
  Options table = options(request);
  for (const Option& option : table) {
    const auto never = kNever.find(option.name);
    if (never != kNever.end() && option_text(option) != never->second) {
      throw UsageError(
          {.what = "this program trains alone: no start, fitted mixture, pruning or phase of "
                   "states",
           .found = "--" + option.name + " " + option_text(option),
           .expected = "--" + option.name + " " + never->second,
           .hint = "leave it out, or use mixvae"});
    }
  }
  Absent absent;
  std::ranges::move(options(absent), std::back_inserter(table));
  require_effect(table, options(standard));
  training::require_possible(request.trainer, request.device == "cpu");
}

Request read_request(const std::vector<std::string>& words) {
  if (words.size() < 2 || words.size() % 2 != 0 || words[0] != "fit") {
    throw UsageError({.what = "that is not how this program is called", .expected = kUsage});
  }
  const auto texts = given_texts(words);
  Request request;
  request.file = words[1];
  choose_model(request, texts);
  const Request standard = request;
  const Options table = options(request);
  for (const auto& [name, value] : texts) {
    set_option(find_option(table, name), value);
  }
  if (request.out.empty() || request.types < 1) {
    throw UsageError({.what = "--out and --types are needed", .expected = kUsage});
  }
  require_possible(request, standard);
  return request;
}

torch::Device device_of(const Request& request) {
  if (request.device == "cuda" && !torch::hasCUDA()) {
    throw UsageError({.what = "there is no CUDA device, or libtorch has no CUDA",
                      .hint = "leave --device cuda out"});
  }
  return {request.device};
}

/// Shows epochs as they pass.
class EpochProgress : public training::TrainingObserver {
 public:
  explicit EpochProgress(std::int64_t epochs) : progress_("training", "epochs", epochs) {}
  void epoch_done(const training::History& history) override {
    progress_.update(static_cast<std::int64_t>(history.epochs.size()));
  }

 private:
  Progress progress_;
};

/// All that the result depends on, as text, to tell one run from another.
training::Settings settings_of(Request& request) {
  training::Settings settings;
  for (const Option& option : options(request)) {
    if (option.name != "out" && option.name != "threads") {
      settings[option.name] = option_text(option);
    }
  }
  settings["file"] = request.file;
  return settings;
}

/// Parameters and statistics of the model, and its posterior of every cell: "type_probs" [A, N, K],
/// "state" [A, N, S], "latent" [A, N, L].
training::TensorFile results(models::Model& model, training::MatrixBatches& source) {
  constexpr Index kChunk = 4096;
  std::vector<torch::Tensor> probs;
  std::vector<torch::Tensor> states;
  std::vector<torch::Tensor> latents;
  for (Index begin = 0; begin < source.cells(); begin += kChunk) {
    std::vector<Index> rows(static_cast<std::size_t>(std::min(kChunk, source.cells() - begin)));
    std::iota(rows.begin(), rows.end(), begin);
    const models::Posterior posterior = model.infer(source.evaluation_batch(rows));
    probs.push_back(posterior.type_probs.cpu());
    states.push_back(posterior.state.cpu());
    latents.push_back(posterior.latent.cpu());
  }
  training::TensorFile file;
  for (const auto& tensors : {model.parameters(), model.buffers()}) {
    for (const models::NamedTensor& named : tensors) {
      file.tensors["model." + named.name] = named.tensor.detach().cpu().contiguous();
    }
  }
  file.tensors["type_probs"] = torch::cat(probs, 1);
  file.tensors["state"] = torch::cat(states, 1);
  file.tensors["latent"] = torch::cat(latents, 1);
  return file;
}

void run_phases(models::Model& model, training::Trainer& trainer, const models::Recipe& recipe) {
  for (const models::Phase& phase : recipe.phases) {
    MIXVAE_ASSERT(!phase.starting_types && !phase.starting_states && phase.mixture_starts == 0,
                  "nothing starts from anything");
    model.learn(phase.objective);
    model.enter_stage(phase.stage);
    trainer.run({.name = phase.name,
                 .epochs = phase.epochs,
                 .learning_rate_scale = phase.learning_rate_scale,
                 .scheduled_before = phase.scheduled_before,
                 .scheduled_after = phase.scheduled_after,
                 .fresh_optimiser = phase.fresh_optimiser,
                 .weight_decay = phase.weight_decay});
  }
}

void fit(Request request) {
  const torch::Device device = device_of(request);
  nn::keep_freed_memory();
  nn::set_threads(static_cast<int>(request.threads));
  const Dataset cells = read_npy(request.file);
  require_finite(cells, std::vector<bool>(at(cells.feature_count()), true));
  const models::ModelSpec& spec = models::model_spec(request.model);
  const models::Recipe needs = spec.recipe(request.options, 1);
  if (needs.likelihood->of_counts()) {
    throw UsageError({.what = "this program has no raw counts beside the values that it reads",
                      .found = "--likelihood nb or zinb",
                      .expected = "mse or bernoulli",
                      .hint = "the whole program, mixvae, takes them"});
  }
  models::require_values(*needs.likelihood, cells.x, "the values", "scale them before");
  const auto model = spec.make({cells.feature_count(), request.types}, request.options,
                               static_cast<std::uint64_t>(request.seed));
  model->to(device);
  training::MatrixBatches source(cells.x, device);
  if (!device.is_cpu()) {
    source.make_resident();
  }

  fs::create_directories(request.out);
  const fs::path out = request.out;
  training::TrainingSetup setup;
  setup.seed = static_cast<std::uint64_t>(request.seed);
  setup.settings = settings_of(request);
  setup.checkpoint_file = out / "checkpoint.safetensors";
  setup.history_file = out / "history.csv";
  EpochProgress progress(training::epochs_for(request.trainer, cells.cell_count()));
  setup.observer = &progress;
  training::Trainer trainer(*model, source, request.trainer, setup);
  trainer.resume();
  const InterruptGuard guard;
  run_phases(*model, trainer, spec.recipe(request.options, trainer.epochs()));
  write_safetensors(out / "result.safetensors", results(*model, source));
}

}  // namespace
}  // namespace mixvae::core

int main(int argc, char** argv) {
  mixvae::restart_with_library_settings(argv);
  try {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.empty() || words[0] == "--help") {
      mixvae::core::print_help();
    } else {
      mixvae::core::fit(mixvae::core::read_request(words));
    }
    return 0;
  } catch (const mixvae::Error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return error.exit_code();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bug: %s\n", error.what());
    return 1;
  }
}
