#include "fit/fit.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>

#include <nlohmann/json.hpp>

#include "analysis/type_proposals.hpp"
#include "app/absolute_paths.hpp"
#include "app/commands/all.hpp"
#include "app/config_file.hpp"
#include "app/data_checksum.hpp"
#include "app/event_log.hpp"
#include "app/input.hpp"
#include "app/next_command.hpp"
#include "app/option_groups.hpp"
#include "app/output.hpp"
#include "app/output_files.hpp"
#include "app/run_directory.hpp"
#include "app/stage_progress.hpp"
#include "app/training_progress.hpp"
#include "app/type_names_file.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "data/io/file_kind.hpp"
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
                        "CSV/TSV, loom, FCS, a folder of FCS, CSV or PNG files, .npy/.npz, IDX",
             .placeholder = "INPUT"}};
  }
  std::vector<OptionGroup> groups() override { return groups_of(options_); }
  std::vector<OptionGroup> brief_groups() override { return {groups().front()}; }
  std::string brief_note() const override {
    return "mixvae fit --model " + options_.settings.model +
           " --help shows all options of a model by part (models: " +
           join(models::model_names(), ", ") + "); mixvae options, those of every model.";
  }
  std::vector<ChoiceGroups> choice_groups() override {
    std::vector<ChoiceGroups> choices;
    for (fit::FitOptions& fit : every_model()) {
      choices.push_back({"--model " + fit.settings.model, groups_of(fit)});
    }
    return choices;
  }
  Options other_options() override {
    Options all;
    for (fit::FitOptions& fit : every_model()) {
      std::ranges::move(fit::options(fit), std::back_inserter(all));
    }
    return all;
  }
  [[noreturn]] void refuse_other(const std::string& name) const override {
    std::vector<std::string> models;
    for (const std::string& model : models::model_names()) {
      fit::FitOptions fit = fit::fit_options(model);
      const Options table = fit::options(fit);
      if (std::ranges::find(table, name, &Option::name) != table.end()) {
        models.push_back(model);
      }
    }
    throw UsageError({.what = options_.settings.model + " has no option --" + name,
                      .expected = "--model " + join(models, " or "),
                      .hint = "leave it out; mixvae fit --model " + options_.settings.model +
                              " --help shows the options that it has"});
  }
  std::vector<std::string> required() const override { return {"out"}; }
  std::vector<std::string> examples() const override {
    return {"mixvae fit cells.h5ad --out run",
            "mixvae fit filtered_feature_bc_matrix.h5 --types 20 --arms 5 "
            "--out run",
            "mixvae fit --config run/config.toml --out again --seed 1"};
  }

  void choose(const Texts& given) override {
    const fit::FitSettings chosen;
    const auto text = [&given](const std::string& name, const std::string& otherwise) {
      const auto found = given.find(name);
      return found == given.end() ? otherwise : found->second;
    };
    const bool paper_exact = is_true(text("paper-exact", "false"));
    const bool reference = is_true(text("reference", "false"));
    if (paper_exact && reference) {
      throw UsageError({.what = "the paper and its released code differ",
                        .found = "--paper-exact with --reference",
                        .hint = "leave one out"});
    }
    const bool letter = paper_exact || reference;
    const std::string letter_name = paper_exact ? "paper-exact" : "reference";
    if (letter && given.contains("preset") && given.at("preset") != letter_name) {
      throw UsageError({.what = "two presets are asked for",
                        .found = "--" + letter_name + " with --preset " + given.at("preset"),
                        .hint = "leave one out"});
    }
    const std::string preset = letter ? letter_name : "default";
    options_ = fit::fit_options(text("model", chosen.model), text("preset", preset));
    given_ = given;
    preset_is_open_ = !letter && !given.contains("preset");
  }

  void run(const GlobalOptions& global) override {
    require_run_name(out_);
    require_unlocked(out_);
    const InterruptGuard guard;
    const torch::Device device = nn::device_named(global.device);
    const bool data_choose = preset_is_open_ && fs::exists(input_) && may_hold_images(input_);
    if (!data_choose) {
      require_sensible(device);
    }
    Dataset dataset = read_at_once();
    if (data_choose) {
      choose_for_images(dataset.source);
      require_sensible(device);
    }
    log_info(input_ + ": " + with_commas(dataset.cell_count()) + " cells, " +
             with_commas(dataset.feature_count()) + " features");
    require_separate(data_files(dataset, read_), run_files(out_));
    if (!fs::exists(in_run(kConfigName)) || fs::exists(in_run(kModelName))) {  // not its own
      require_free({{"--tensorboard", event_file_in(tensorboard_)}}, force_);
    }
    const std::string next = "Next: " + assigning(dataset.source) + "\nTo see it: " + reporting();
    const std::string settings = config(global) + resolved_heading(data_checksum(dataset));
    const FileLock lock = lock_run_directory(out_);
    const FormerRun former(out_);
    if (!force_ && fs::exists(in_run(kCheckpointName)) && !fs::exists(in_run(kModelName))) {
      training::require_own_version(in_run(kCheckpointName));
    }
    if (open_run_directory(out_, settings, force_) == RunStart::resume) {
      log_info("resuming the run in " + out_);
    }
    fit::FitResult result = train(std::move(dataset), global, device);
    write_atomically(in_run("types.csv"), fit::curve_csv(result.rounds));
    write_atomically(in_run(kConfigName), settings + resolved(result.resolved));
    remove_preparation();
    name_by_known_types(result);
    fit::save_model(in_run(kModelName), result.trained);
    report(result, next, global);
  }

 private:
  void require_sensible(torch::Device device) const {
    fit::require_effective(options_);
    static_cast<void>(options_.spec().recipe(options_.model, 1));  // refuses contradictions
    fit::require_possible(options_, device);
  }

  /// Takes the model's preset for images of this size where the data are images; options that were
  /// given change it.
  void choose_for_images(const Source& source) {
    const models::Preset* preset =
        source.image_width ? models::image_preset(options_.spec(), *source.image_width) : nullptr;
    if (preset == nullptr) {
      return;
    }
    const std::map<std::string, std::string> asked = fit::settings_text(options_);
    options_ = fit::fit_options(options_.settings.model, preset->name);
    for (const Option& option : fit::options(options_)) {
      if (given_.contains(option.name)) {
        set_option(option, asked.at(option.name));
      }
    }
    log_info("the file holds images of " + std::to_string(*source.image_width) +
             " pixels in a row: --preset " + preset->name + " is used (" + preset->source +
             "); --preset default leaves it out");
  }

  static bool is_true(const std::string& text) {
    bool value = false;
    set_option({.name = "paper-exact", .target = &value}, text);
    return value;
  }

  /// The common options of a model: at most 30 with those of every command.
  static std::vector<std::string> common_names(const std::vector<OptionGroup>& groups) {
    std::vector<std::string> names;
    for (const char* name :
         {"out",         "model",         "preset",   "types",      "arms",    "states",
          "epochs",      "batch-size",    "features", "normalise",  "layer",   "annotations",
          "space",       "start",         "augment",  "likelihood", "decoder", "similarity",
          "known-types", "learning-rate", "force"}) {
      const bool there = std::ranges::any_of(groups, [name](const OptionGroup& group) {
        return std::ranges::find(group.options, name, &Option::name) != group.options.end();
      });
      if (there) {
        names.emplace_back(name);
      }
    }
    return names;
  }

  /// All options of a fit by group, the common ones first.
  std::vector<OptionGroup> groups_of(fit::FitOptions& fit) {
    std::vector<OptionGroup> groups = {{"The run", run_options()}, {"Data", options(read_)}};
    for (fit::OptionTable& table : fit::option_tables(fit)) {
      groups.push_back({std::move(table.title), std::move(table.options)});
    }
    std::vector<Options*> tables;
    tables.reserve(groups.size());
    for (OptionGroup& group : groups) {
      tables.push_back(&group.options);
    }
    groups.insert(groups.begin(), take_group("Common options", common_names(groups), tables));
    std::erase_if(groups, [](const OptionGroup& group) { return group.options.empty(); });
    return groups;
  }

  /// The defaults of every model, which stay where they are.
  std::vector<fit::FitOptions>& every_model() {
    if (every_model_.empty()) {
      for (const std::string& name : models::model_names()) {
        every_model_.push_back(fit::fit_options(name));
      }
    }
    return every_model_;
  }

  Options run_options() {
    return {
        {.name = "out",
         .target = &out_,
         .meaning = "folder for what the fit learns (a run: model, settings, history); the same "
                    "command goes on with an interrupted run",
         .placeholder = "FOLDER"},
        {.name = "tensorboard",
         .target = &tensorboard_,
         .meaning = "folder for a log of the training that TensorBoard shows: losses, their terms, "
                    "learning rate",
         .placeholder = "FOLDER"},
        {.name = "paper-exact",
         .target = &paper_exact_,
         .meaning = "the same as --preset paper-exact"},
        {.name = "reference", .target = &reference_, .meaning = "the same as --preset reference"},
        {.name = "force",
         .target = &force_,
         .meaning =
             "start anew where the folder holds a run that is finished or has other settings"}};
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
    const std::string text = config_text(
        *this, all,
        {"out", "tensorboard", "force", "json", "log-level", "quiet", "paper-exact", "reference"});
    input_ = input;
    read_ = read;
    options_ = fit;
    return "# Settings of a run; mixvae fit --config THIS --out ANOTHER "
           "repeats it.\n\n" +
           text;
  }

  static std::string resolved_heading(const std::string& data) {
    return "\n# For information, not options: a checksum of the data, and what \"auto\" stood "
           "for.\n[resolved]\n" +
           std::string(kDataKey) + " = " + toml_quoted(data) + "\n";
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

  /// A signal ends it amid the reading.
  Dataset read_at_once() const {
    const EndAtOnce at_once;
    return read_input(input_, read_);
  }

  /// Types take the names of known ones where both are each other's, one to one.
  void name_by_known_types(const fit::FitResult& result) const {
    if (std::ranges::none_of(result.known.codes, [](std::int32_t code) { return code >= 0; })) {
      return;
    }
    const std::vector<std::string> types = result.trained.type_names();
    std::vector<analysis::NamedType> named;
    for (const analysis::Proposal& proposal :
         analysis::propose_from_labels(result.types, types, result.known, {})) {
      if (!proposal.name.empty() && proposal.one_to_one) {
        named.push_back({.type = proposal.type, .name = proposal.name, .note = "known type"});
      }
    }
    analysis::TypeNames names;
    try {
      analysis::rename_types(names, named, types);
    } catch (const UsageError& error) {
      log_warning("the types do not take the names of the known ones: " + error.fault().what +
                  " (" + error.fault().found + ")");
      return;
    }
    write_type_names(out_, names);
    log_info(std::to_string(names.types.size()) + " of " + std::to_string(types.size()) +
             " types have the name of a known type (mixvae rename shows and changes them)");
  }

  void remove_preparation() const {
    fs::remove(in_run(kPreparationName));
    remove_stale_temporaries(in_run(kPreparationName));
  }

  fit::FitResult train(Dataset dataset, const GlobalOptions& global, torch::Device device) {
    TrainingProgress progress;
    EventLog log(event_file_in(tensorboard_), progress);
    StageProgress stages(progress);
    fit::FitSurroundings surroundings;
    surroundings.device = device;
    surroundings.checkpoint_file = in_run(kCheckpointName);
    surroundings.history_file = in_run("history.csv");
    surroundings.preparation_file = in_run(kPreparationName);
    surroundings.observer = &log;
    surroundings.stages = &stages;
    surroundings.tidy = [this] { tidy_run_directory(out_); };
    surroundings.say = [](const std::string& news) { log_info(news); };
    fit::FitResult result = fit::fit(std::move(dataset), options_,
                                     static_cast<std::uint64_t>(global.seed), surroundings);
    log.write(result.history);
    return result;
  }

  /// The command that writes the results, as a shell takes it.
  std::string assigning(const Source& source) const {
    return command_for("assign", suggested_output(source));
  }

  /// The command that shows them.
  std::string reporting() const { return command_for("report", free_name("report.html")); }

  std::string command_for(const std::string& command, const std::string& output) const {
    std::vector<std::string> words{command, path_word(out_), path_word(input_), "--out", output};
    ReadOptions given = read_;
    ReadOptions usual;
    std::ranges::move(
        given_words(options(given), options(usual),
                    {"annotations", "layer", "feature-names"}),  // the run knows these
        std::back_inserter(words));
    return command_line(words);
  }

  void report(const fit::FitResult& result, const std::string& next,
              const GlobalOptions& global) const {
    const std::size_t types = result.trained.type_order.size();
    if (global.json) {
      nlohmann::json curve = nlohmann::json::array();
      for (const fit::PruningRound& round : result.rounds) {
        curve.push_back(fit::pruning_json(round));
        curve.back().erase("pruned");  // numbers of the network, which nobody else knows
      }
      print(nlohmann::json{{"out", out_},
                           {"cells", result.cells},
                           {"types", types},
                           {"consensus", result.consensus ? nlohmann::json(*result.consensus)
                                                          : nlohmann::json()},
                           {"epochs", result.history.epochs.size()},
                           {"peak_memory_bytes", training::peak_memory()},
                           {"curve", curve}}
                .dump(2) +
            "\n");
      return;
    }
    if (result.rounds.size() > 1) {
      print("Rounds of removing types on which the arms do not agree\n" +
            fit::curve_text(result.rounds) + "\n");
    }
    report::TablePrinter table({"result", "value"});
    table.add({"types", std::to_string(types)});
    table.add({"cells", with_commas(result.cells)});
    if (result.consensus) {
      table.add({"consensus", report::fixed(*result.consensus)});
    }
    table.add({"epochs", std::to_string(result.history.epochs.size())});
    table.add({"memory used at most", training::size_text(training::peak_memory())});
    print(table.text() + "\nThe run is in " + out_ + ".\n" + next + "\n");
  }

  std::string input_;
  std::string out_;
  std::string tensorboard_;
  bool paper_exact_ = false;
  bool reference_ = false;
  bool force_ = false;
  Texts given_;
  bool preset_is_open_ = true;  // neither given nor in the configuration
  ReadOptions read_;
  fit::FitOptions options_;
  std::vector<fit::FitOptions> every_model_;  // with their defaults
};

}  // namespace

std::unique_ptr<Command> fit_command() { return std::make_unique<FitCommand>(); }

}  // namespace mixvae::app
