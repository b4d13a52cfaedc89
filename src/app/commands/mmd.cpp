#include <optional>

#include "analysis/comparison.hpp"
#include "app/commands/all.hpp"
#include "app/comparison_output.hpp"
#include "app/input.hpp"
#include "app/output.hpp"
#include "app/output_format.hpp"
#include "app/run_directory.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "nn/device.hpp"

namespace mixvae::app {
namespace {

/// Tests whether groups of cells (types, batches, files) differ in distribution.
class MmdCommand : public Command {
 public:
  std::string name() const override { return "mmd"; }
  std::string summary() const override {
    return "test whether types, batches or files differ in distribution";
  }
  Options arguments() override {
    return {{.name = "input", .target = &input_, .meaning = "the data", .placeholder = "INPUT"}};
  }
  std::vector<OptionGroup> groups() override {
    Options common = {
        {.name = "run",
         .target = &run_,
         .meaning = "folder of a finished run: its types are the groups, its latent codes what is "
                    "compared, unless --groups or --space say otherwise",
         .placeholder = "RUN"},
        {.name = "groups",
         .target = &groups_,
         .meaning = "annotation of the cells with their groups: types, batches, or 'sample' for "
                    "data from a folder of files",
         .placeholder = "COLUMN"},
        {.name = "out",
         .target = &out_,
         .meaning = "file for every comparison, between groups and between random halves of each: "
                    "squared MMD (unbiased), the statistic m n / (m + n) MMD^2, bandwidth, p by "
                    "permutation, and p adjusted by Benjamini and Hochberg",
         .placeholder = "FILE.csv"}};
    const Options more = analysis::options(comparison_);
    common.insert(common.end(), more.begin(), more.end());
    return {{"Common options", common},
            {"Preprocessing", options(comparison_.preprocessing)},
            {"Data", options(read_)}};
  }
  std::vector<std::string> examples() const override {
    return {"mixvae mmd cells.h5ad --run run --out mmd.csv",
            "mixvae mmd annotated.h5ad --groups mixvae_type --space X_mixvae_latent",
            "mixvae mmd samples/ --groups sample --space features"};
  }

  void run(const GlobalOptions& global) override {
    if (run_.empty() && groups_.empty()) {
      throw UsageError({.what = "nothing says which cells form a group",
                        .expected = "--run RUN for the types of a run, or --groups COLUMN"});
    }
    if (!run_.empty()) {
      require_finished_run(run_);
    }
    if (!out_.empty()) {
      require_writable(out_);
    }
    const Dataset dataset = read_input(input_, read_);
    const std::optional<analysis::Assignment> assignment = assigned(dataset, global);
    const Categorical groups = groups_.empty()
                                   ? types_of(*assignment)
                                   : as_labels(require_column(dataset.cells, groups_, input_));
    const auto seed = static_cast<std::uint64_t>(global.seed);
    std::vector<std::string> notes;
    const analysis::CellCoordinates coordinates =
        assignment && comparison_.space == "auto"
            ? analysis::latent_coordinates(*assignment)
            : analysis::cell_coordinates(dataset, comparison_, seed, notes);
    for (const std::string& note : notes) {
      log_info(note);
    }
    report(analysis::compare_groups(coordinates, groups, comparison_, seed), global);
  }

 private:
  /// What the run says of the cells; nothing without a run.
  std::optional<analysis::Assignment> assigned(const Dataset& dataset,
                                               const GlobalOptions& global) const {
    if (run_.empty()) {
      return std::nullopt;
    }
    analysis::TrainedModel model = analysis::load_model(run_ + "/" + model_name);
    model.network->to(nn::device_named(global.device));
    analysis::Assignment assignment = analysis::assign(model, dataset);
    for (const std::string& note : assignment.notes) {
      log_info(note);
    }
    return assignment;
  }

  static Categorical types_of(const analysis::Assignment& assignment) {
    return {assignment.type_names, assignment.types, false};
  }

  void report(const analysis::GroupComparison& comparison, const GlobalOptions& global) const {
    if (!comparison.small.empty()) {
      log_warning("groups of fewer than " + std::to_string(metrics::kComparedCells) +
                  " cells are not compared: " + join(first_n(comparison.small, 10), ", "));
    }
    if (!out_.empty()) {
      write_atomically(out_, comparison_csv(comparison));
      log_info("written: " + out_);
    }
    print(global.json ? comparison_json(comparison) : comparison_text(comparison));
  }

  std::string input_;
  std::string run_;
  std::string groups_;
  std::string out_;
  analysis::ComparisonOptions comparison_;
  ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> mmd_command() { return std::make_unique<MmdCommand>(); }

}  // namespace mixvae::app
