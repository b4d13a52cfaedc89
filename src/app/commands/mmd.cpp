#include <optional>

#include "analysis/comparison.hpp"
#include "app/commands/all.hpp"
#include "app/output.hpp"
#include "app/output_files.hpp"
#include "app/output_format.hpp"
#include "app/run_directory.hpp"
#include "app/run_input.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "data/label_column.hpp"
#include "report/comparison_output.hpp"

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
         .meaning = "folder of a finished run: its types are the groups, and its low-dimensional "
                    "codes are compared, unless --groups or --space say otherwise",
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
    common.push_back(force_option(force_));
    return {{"Common options", common},
            {"Preprocessing", options(comparison_.preprocessing)},
            {"Data", data_options()}};
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
    } else if (data_.least_shared != RunInput{}.least_shared) {
      throw UsageError({.what = "--min-shared is about the features of a run",
                        .expected = "--run RUN beside it"});
    }
    if (!out_.empty()) {
      require_csv_output(out_);
      require_free({{"--out", out_}}, force_, input_);
    }
    std::optional<fit::TrainedModel> model;
    if (!run_.empty()) {
      model = load_run(run_, global);
    }
    const Dataset dataset =
        read_for_run(input_, data_.read, model ? &model->preprocessing : nullptr);
    require_separate(run_, dataset, data_.read, {{"--out", out_}});
    const std::optional<analysis::Assignment> assignment = assigned(model, dataset);
    const Categorical groups =
        groups_.empty() ? types_of(*assignment) : label_column(dataset.cells, groups_, input_);
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
  /// --trust-values stands among the options of the preprocessing.
  Options data_options() {
    Options data = options_as_in_fit(data_.read);
    data.push_back(shared_features_option(data_.least_shared));
    return data;
  }

  /// What the run says of the cells; nothing without a run.
  std::optional<analysis::Assignment> assigned(std::optional<fit::TrainedModel>& model,
                                               const Dataset& dataset) const {
    if (!model) {
      return std::nullopt;
    }
    RunInput data = data_;
    data.trust_values = comparison_.preprocessing.trust_values;
    return assign_cells(*model, dataset, data);
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
      write_atomically(out_, report::comparison_csv(comparison));
      log_info("written: " + out_);
    }
    print(global.json ? report::comparison_json(comparison) : report::comparison_text(comparison));
  }

  std::string input_;
  std::string run_;
  std::string groups_;
  std::string out_;
  bool force_ = false;
  analysis::ComparisonOptions comparison_;
  RunInput data_;
};

}  // namespace

std::unique_ptr<Command> mmd_command() { return std::make_unique<MmdCommand>(); }

}  // namespace mixvae::app
