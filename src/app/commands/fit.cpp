#include "fit/fit.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>

#include <nlohmann/json.hpp>

#include "app/absolute_paths.hpp"
#include "app/commands/all.hpp"
#include "app/config_file.hpp"
#include "app/data_checksum.hpp"
#include "app/input.hpp"
#include "app/option_groups.hpp"
#include "app/output.hpp"
#include "app/output_files.hpp"
#include "app/run_directory.hpp"
#include "app/training_progress.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "fit/effective_options.hpp"
#include "nn/device.hpp"
#include "report/table_printer.hpp"

namespace mixvae::app {
namespace {

namespace fs = std::filesystem;

/// Learns types and states from a data set and keeps them in a run.
class FitCommand : public Command {
 public:
  std::string name() const override { return "fit"; }
  std::string summary() const override { return "find types and states in a data set"; }
  Options arguments() override {
    return {{.name = "input",
             .target = &input_,
             .meaning = "the data: .h5ad, 10x .h5, Matrix Market folder, "
                        "CSV/TSV, loom, FCS, a folder of FCS or CSV files, .npy/.npz, IDX",
             .placeholder = "INPUT"}};
  }
  std::vector<OptionGroup> groups() override {
    Options fit = fit::options(options_.settings);
    Options copies = options(options_.copies);
    Options similarity = fit::options(options_.neighbour_space);
    std::ranges::move(fit::options(options_.similarity), std::back_inserter(similarity));
    std::ranges::move(fit::options(options_.weak_labels), std::back_inserter(similarity));
    Options network = models::options(options_.network);
    Options training = training::options(options_.training);
    Options preprocessing = options(options_.preprocessing);
    Options reading = options(read_);
    Options run = run_options();
    const std::vector<Options*> all = {&run,     &fit,      &copies,        &similarity,
                                       &network, &training, &preprocessing, &reading};
    std::vector<OptionGroup> groups = {
        take_group("Common options",
                   {"out", "model", "types", "arms", "states", "epochs", "batch-size", "features",
                    "preset", "paper-exact", "reference", "layer", "force"},
                   all)};
    groups.push_back({"Data", reading});
    groups.push_back({"Preprocessing", preprocessing});
    groups.push_back({"Types, start and pruning", fit});
    groups.push_back({"Augmented copies", copies});
    groups.push_back({"Neighbours, similarity and weak labels", similarity});
    groups.push_back({"Network and objective", network});
    groups.push_back({"Training", training});
    return groups;
  }
  std::vector<std::string> required() const override { return {"out"}; }
  std::vector<std::string> examples() const override {
    return {"mixvae fit cells.h5ad --out run",
            "mixvae fit filtered_feature_bc_matrix.h5 --types 20 --arms 5 "
            "--out run",
            "mixvae fit --config run/config.toml --out again --seed 1"};
  }

  void choose_preset() override {
    const std::string model = options_.settings.model;
    fit::apply_preset(options_, preset_);
    fit::apply_model_defaults(options_, model);
    fit::apply_letter(options_, letter());
  }

  void run(const GlobalOptions& global) override {
    require_effective_options();
    fit::require_possible_model(options_);
    require_unlocked(out_);
    const InterruptGuard guard;
    const torch::Device device = nn::device_named(global.device);
    Dataset dataset = read_input(input_, read_);
    log_info(input_ + ": " + with_commas(dataset.cell_count()) + " cells, " +
             with_commas(dataset.feature_count()) + " features");
    require_separate(data_files(dataset, read_), run_files(out_));
    const std::string settings = config(global) + resolved_heading(data_checksum(dataset));
    const FileLock lock = lock_run_directory(out_);
    const FormerRun former(out_);
    if (open_run_directory(out_, settings, force_) == RunStart::resume) {
      log_info("resuming the run in " + out_);
    }
    fit::FitResult result = train(std::move(dataset), global, device);
    write_atomically(in_run("types.csv"), fit::curve_csv(result.rounds));
    write_atomically(in_run(config_name), settings + resolved(result.resolved));
    fit::save_model(in_run(model_name), result.trained);
    report(result, global);
  }

 private:
  void require_effective_options() const {
    fit::FitOptions defaults;
    fit::apply_preset(defaults, preset_);
    fit::apply_model_defaults(defaults, options_.settings.model);
    fit::apply_letter(defaults, letter());
    fit::require_effective(options_, std::move(defaults));
  }

  Options run_options() {
    return {{.name = "out",
             .target = &out_,
             .meaning = "folder of the run: settings, model, checkpoint, "
                        "history; an interrupted run with the same settings is "
                        "resumed",
             .placeholder = "FOLDER"},
            {.name = "preset",
             .target = &preset_,
             .meaning = "settings to start from, which single options change: the product's rule, "
                        "or those the authors published",
             .choices = {"default", "published"}},
            {.name = "paper-exact",
             .target = &paper_exact_,
             .meaning = "moe-sim-vae: start from the objective as its paper prints it"},
            {.name = "reference",
             .target = &reference_,
             .meaning = "moe-sim-vae: start from what the authors' released code computes"},
            {.name = "force",
             .target = &force_,
             .meaning = "replace a run in the folder that is finished or has "
                        "other settings"}};
  }

  fit::Letter letter() const {
    if (paper_exact_ && reference_) {
      throw UsageError({.what = "the paper and its released code differ",
                        .found = "--paper-exact with --reference",
                        .hint = "leave one out"});
    }
    return paper_exact_ ? fit::Letter::paper_exact
           : reference_ ? fit::Letter::reference
                        : fit::Letter::none;
  }

  std::string in_run(const std::string& file) const { return (fs::path(out_) / file).string(); }

  /// The settings as asked for, with the paths of files made absolute, in the form that --config
  /// reads.
  std::string config(GlobalOptions global) {
    const std::string input = input_;
    const ReadOptions read = read_;
    const fit::FitOptions fit = options_;
    make_paths_absolute(input_, read_, options_);
    Options all = own_options(*this);
    for (const Option& option : options(global)) {
      all.push_back(option);
    }
    const std::string text = config_text(*this, all, {"out", "force", "json", "log-level"});
    input_ = input;
    read_ = read;
    options_ = fit;
    return "# Settings of a run; mixvae fit --config THIS --out ANOTHER "
           "repeats it.\n\n" +
           text;
  }

  static std::string resolved_heading(const std::string& data) {
    return "\n# Checksum of the data, and what the rules behind \"auto\" gave; not "
           "options.\n[resolved]\n" +
           std::string(data_key) + " = " + toml_quoted(data) + "\n";
  }

  /// What the rules behind "auto" gave.
  std::string resolved(fit::FitOptions& values) {
    std::map<std::string, std::string> asked;
    for (const Option& option : fit::options(options_)) {
      asked[option.name] = option_text(option);
    }
    std::string text;
    for (const Option& option : fit::options(values)) {
      if (option_text(option) != asked[option.name]) {
        text += option.name + " = " + toml_quoted(option_text(option)) + "\n";
      }
    }
    return text;
  }

  fit::FitResult train(Dataset dataset, const GlobalOptions& global, torch::Device device) {
    TrainingProgress progress;
    fit::FitSurroundings surroundings;
    surroundings.device = device;
    surroundings.checkpoint_file = in_run(checkpoint_name);
    surroundings.history_file = in_run("history.csv");
    surroundings.observer = &progress;
    surroundings.say = [](const std::string& news) { log_info(news); };
    return fit::fit(std::move(dataset), options_, static_cast<std::uint64_t>(global.seed),
                    surroundings);
  }

  void report(const fit::FitResult& result, const GlobalOptions& global) const {
    const std::size_t types = result.trained.type_order.size();
    if (global.json) {
      nlohmann::json curve = nlohmann::json::array();
      for (const fit::PruningRound& round : result.rounds) {
        curve.push_back({{"types", round.types},
                         {"mean_consensus", round.mean_consensus},
                         {"min_consensus", round.min_consensus},
                         {"reconstruction", round.reconstruction}});
      }
      print(nlohmann::json{{"out", out_},
                           {"cells", result.cells},
                           {"types", types},
                           {"consensus", result.mean_consensus},
                           {"epochs", result.history.epochs.size()},
                           {"peak_memory_bytes", training::peak_memory()},
                           {"curve", curve}}
                .dump(2) +
            "\n");
      return;
    }
    if (result.rounds.size() > 1) {
      print(fit::curve_text(result.rounds) + "\n");
    }
    report::TablePrinter table({"result", "value"});
    table.add({"types", std::to_string(types)});
    table.add({"cells", with_commas(result.cells)});
    table.add({"consensus of the arms", report::fixed(result.mean_consensus)});
    table.add({"epochs", std::to_string(result.history.epochs.size())});
    table.add({"most memory held", training::size_text(training::peak_memory())});
    print(table.text() + "\nThe run is in " + out_ + ". Next: mixvae assign " + out_ + " " +
          input_ + " --out annotated.h5ad\n");
  }

  std::string input_;
  std::string out_;
  std::string preset_ = "default";
  bool paper_exact_ = false;
  bool reference_ = false;
  bool force_ = false;
  ReadOptions read_;
  fit::FitOptions options_;
};

}  // namespace

std::unique_ptr<Command> fit_command() { return std::make_unique<FitCommand>(); }

}  // namespace mixvae::app
