#include <optional>

#include "analysis/assignment.hpp"
#include "app/abundance_output.hpp"
#include "app/assignment_output.hpp"
#include "app/commands/all.hpp"
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

/// Writes types and states of a run into a copy of the user's file.
class AssignCommand : public Command {
 public:
  std::string name() const override { return "assign"; }
  std::string summary() const override {
    return "write types and states into a copy of a file, also of new cells";
  }
  Options arguments() override {
    return {{.name = "run",
             .target = &run_,
             .meaning = "folder of a finished run",
             .placeholder = "RUN"},
            {.name = "input",
             .target = &input_,
             .meaning = "the data, those of the fit or others with the same features",
             .placeholder = "INPUT"}};
  }
  std::vector<OptionGroup> groups() override {
    return {{"Common options",
             {{.name = "out",
               .target = &out_,
               .meaning = "file to write: .h5ad (everything that was in the "
                          "input and the results), .csv (the results), .fcs (an FCS "
                          "input with the results as channels); or FOLDER/ for data "
                          "from a folder: each of its files with its results",
               .placeholder = "FILE"},
              {.name = "prefix",
               .target = &names_.prefix,
               .meaning = "what the names of the results begin with",
               .placeholder = "NAME"},
              {.name = "counts",
               .target = &counts_,
               .meaning = "file for the cells of each type in each sample: "
                          "sample, type, cells, fraction",
               .placeholder = "FILE.csv"},
              {.name = "sample",
               .target = &sample_,
               .meaning = "annotation of the cells with the sample, for --counts; data from a "
                          "folder have 'sample', named after the files",
               .placeholder = "COLUMN"},
              {.name = "all-arms",
               .target = &names_.all_arms,
               .meaning = "add types, states and latent codes of every arm"}}},
            {"Data", data_options()}};
  }
  std::vector<std::string> required() const override { return {"out"}; }
  std::vector<std::string> examples() const override {
    return {"mixvae assign run cells.h5ad --out annotated.h5ad",
            "mixvae assign run new_cells.csv --out types.csv",
            "mixvae assign run samples/ --out typed/ --counts counts.csv"};
  }

  void run(const GlobalOptions& global) override {
    if (names_.prefix.empty() || names_.prefix.find('/') != std::string::npos) {
      throw UsageError({.what = "the prefix cannot be part of a name",
                        .found = "'" + names_.prefix + "'",
                        .expected = "text without '/'"});
    }
    require_finished_run(run_);
    require_output(out_);
    if (!counts_.empty()) {
      require_writable(counts_);
    }
    analysis::TrainedModel model = analysis::load_model(run_ + "/" + model_name);
    model.network->to(nn::device_named(global.device));
    const Dataset dataset = read_input(input_, read_);
    require_matching_input(output_format(out_), out_, dataset);
    std::optional<Categorical> samples;
    if (!counts_.empty()) {
      samples = as_labels(require_column(dataset.cells, sample_, input_));
    }
    const analysis::Assignment assignment =
        analysis::assign(model, dataset, minimum_found_, trust_values_);
    for (const std::string& note : assignment.notes) {
      log_info(note);
    }
    write_results(out_, dataset, assignment_additions(assignment, names_), compat_ == "0.8");
    if (samples) {
      write_atomically(counts_,
                       abundance_csv(*samples, {assignment.type_names, assignment.types, false}));
    }
    report(assignment, global);
  }

 private:
  Options data_options() {
    Options data = options(read_);
    data.push_back({.name = "min-features",
                    .target = &minimum_found_,
                    .meaning = "share of the model's features that the data "
                               "must have; the others count as zero",
                    .minimum = 0,
                    .maximum = 1});
    data.push_back({.name = "trust-values",
                    .target = &trust_values_,
                    .meaning = "use the data even where their values look "
                               "unlike those of the fit"});
    data.push_back({.name = "compat",
                    .target = &compat_,
                    .meaning = "which anndata must read all of the output: "
                               "that of the input, or 0.8",
                    .choices = {"input", "0.8"}});
    return data;
  }

  void report(const analysis::Assignment& assignment, const GlobalOptions& global) const {
    if (global.json) {
      print(type_json(assignment));
      return;
    }
    print(type_table(assignment).text());
    if (assignment.left_out > 0) {
      log_warning(with_commas(assignment.left_out) +
                  " cells were left out by the preprocessing and have no type");
    }
    log_info("written: " + out_);
  }

  std::string run_;
  std::string input_;
  std::string out_;
  std::string counts_;
  std::string sample_ = "sample";
  AssignmentNames names_;
  ReadOptions read_;
  double minimum_found_ = 0.8;
  bool trust_values_ = false;
  std::string compat_ = "input";
};

}  // namespace

std::unique_ptr<Command> assign_command() { return std::make_unique<AssignCommand>(); }

}  // namespace mixvae::app
