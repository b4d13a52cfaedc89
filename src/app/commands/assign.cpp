#include <optional>

#include "app/assignment_output.hpp"
#include "app/commands/all.hpp"
#include "app/input.hpp"
#include "app/output.hpp"
#include "app/output_files.hpp"
#include "app/output_format.hpp"
#include "app/run_directory.hpp"
#include "app/run_input.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "report/abundance_output.hpp"

namespace mixvae::app {
namespace {

/// Annotation of data from a folder.
constexpr const char* kFolderSample = "sample";

constexpr const char* kLongLayout = "long";

report::AbundanceLayout layout_named(const std::string& word) {
  if (word == kLongLayout) {
    return report::AbundanceLayout::long_rows;
  }
  return word == "wide" ? report::AbundanceLayout::wide_cells
                        : report::AbundanceLayout::wide_fractions;
}

/// Writes types and states of a run into a copy of the user's file.
class AssignCommand : public Command {
 public:
  std::string name() const override { return "assign"; }
  std::string summary() const override {
    return "write the type and the states of each cell into a copy of the file, also of new cells";
  }
  Options arguments() override {
    return {{.name = "run",
             .target = &run_,
             .meaning = "folder of a finished run",
             .placeholder = "RUN"},
            {.name = "input",
             .target = &input_,
             .meaning = "the data: those of the fit, or new cells with the same genes or markers",
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
               .meaning = "file for the number of cells of each type in each sample",
               .placeholder = "FILE.csv"},
              {.name = "counts-layout",
               .target = &counts_layout_,
               .meaning = "of --counts: a row for each sample and type with cells and fraction "
                          "(long), or a row for each type and a column for each sample, with cells "
                          "(wide) or fractions (wide-fractions)",
               .choices = {"long", "wide", "wide-fractions"}},
              {.name = "sample",
               .target = &sample_,
               .meaning = "annotation that says which sample each cell is from, for --counts; "
                          "data from a folder have 'sample', named after the files",
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
    require_used_options();
    require_finished_run(run_);
    require_output(out_);
    if (!counts_.empty()) {
      require_csv_output(counts_);
    }
    const Dataset dataset = read_input(input_, data_.read);
    require_matching_input(output_format(out_), out_, dataset);
    std::vector<NamedFile> outputs = result_files(out_, dataset);
    outputs.push_back({"--counts", counts_});
    require_separate(run_, dataset, data_.read, outputs);
    std::optional<Categorical> samples;
    if (!counts_.empty()) {
      samples = as_labels(require_column(dataset.cells, sample_, input_));
    }
    const analysis::Assignment assignment = assign_cells(run_, dataset, data_, global);
    write_results(out_, dataset, assignment_additions(assignment, names_), compat_ == "0.8");
    if (samples) {
      write_atomically(
          counts_, report::abundance_csv(*samples, {assignment.type_names, assignment.types, false},
                                         layout_named(counts_layout_)));
    }
    report(assignment, global);
  }

 private:
  void require_used_options() const {
    if (counts_.empty() && sample_ != kFolderSample) {
      throw UsageError({.what = "--sample is used by --counts only",
                        .found = "--sample " + sample_,
                        .expected = "--counts FILE.csv beside it"});
    }
    if (counts_.empty() && counts_layout_ != kLongLayout) {
      throw UsageError({.what = "--counts-layout is used by --counts only",
                        .found = "--counts-layout " + counts_layout_,
                        .expected = "--counts FILE.csv beside it"});
    }
    require_compatible_format(out_, compat_);
  }

  Options data_options() {
    Options data = options(data_);
    data.push_back({.name = "compat",
                    .target = &compat_,
                    .meaning = "oldest anndata that must be able to read the output: the one that "
                               "the input was written for, or 0.8",
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
  std::string counts_layout_ = kLongLayout;
  std::string sample_ = kFolderSample;
  AssignmentNames names_;
  RunInput data_;
  std::string compat_ = "input";
};

}  // namespace

std::unique_ptr<Command> assign_command() { return std::make_unique<AssignCommand>(); }

}  // namespace mixvae::app
