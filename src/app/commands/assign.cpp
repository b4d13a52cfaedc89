#include <algorithm>
#include <iterator>
#include <optional>

#include "analysis/cell_properties.hpp"
#include "analysis/type_summary.hpp"
#include "app/assignment_output.hpp"
#include "app/commands/all.hpp"
#include "app/next_command.hpp"
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
  Options arguments() override { return run_and_input(run_, input_, kDataOfRun); }
  std::vector<OptionGroup> groups() override {
    return {
        {"Common options",
         {{.name = "out",
           .target = &out_,
           .meaning = "file to write: .h5ad (everything that was in the "
                      "input and the results), .csv or .npz (the results), .npy (one "
                      "of their arrays), .fcs (an FCS input with the results as "
                      "channels); or FOLDER/ for data from a folder: each of its files "
                      "with its results",
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
          {.name = "unknown",
           .target = &unknown_,
           .meaning = "whether cells unlike all cells of the fit have the type 'unknown' (their "
                      "novelty is above 1; for runs with a confidence); auto: in other data "
                      "than those of the fit",
           .choices = {"auto", "yes", "no"}},
          {.name = "all-arms",
           .target = &names_.all_arms,
           .meaning = "add types, states and latent codes of every arm"},
          {.name = "arrays",
           .target = &arrays_,
           .meaning = "which arrays are written beside types, probability and consensus: "
                      "latent (the codes, for maps and neighbours), state, probs (of every "
                      "type), with commas between them, all or none; auto: all in .h5ad and "
                      ".npz, state and probs in .csv, state in FCS files, latent in .npy"},
          force_option(force_, true)}},
        {"Data", data_options()}};
  }
  std::vector<std::string> required() const override { return {"out"}; }
  std::vector<std::string> examples() const override {
    return {"mixvae assign run cells.h5ad --out annotated.h5ad",
            "mixvae assign run new_cells.csv --out types.csv",
            "mixvae assign run new_cells.csv --out types.npz",
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
    require_outputs();
    fit::TrainedModel model = load_run(run_, global);
    const Dataset dataset = read_for_run(input_, data_.read, &model.preprocessing);
    const OutputFormat format = output_format(out_);
    require_matching_input(format, out_, dataset);
    names_.arrays = chosen_arrays(arrays_, format, dataset.source.format == "fcs");
    std::vector<NamedFile> outputs = result_files(out_, dataset);
    outputs.push_back({"--counts", counts_});
    require_separate(run_, dataset, data_.read, outputs, force_);
    require_free(outputs, force_);
    std::optional<Categorical> samples;
    if (!counts_.empty()) {
      samples = label_column(dataset.cells, sample_, input_);
    }
    const analysis::Assignment assignment = assign_cells(model, dataset, data_);
    require_chosen_states(assignment);
    names_.unknown = marks_unknown(assignment, dataset);
    for (const std::string& suspicion :
         analysis::suspicions(analysis::cell_properties(dataset, assignment))) {
      log_warning(suspicion);
    }
    write_results(out_, dataset, assignment_additions(assignment, names_), compat_ == "0.8");
    if (samples) {
      write_atomically(counts_,
                       report::abundance_csv(*samples, written_types(assignment, names_.unknown),
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
    const OutputFormat format = output_format(out_);
    static_cast<void>(chosen_arrays(arrays_, format, format == OutputFormat::fcs));  // refuses
    if (format == OutputFormat::npy && names_.all_arms) {
      throw UsageError({.what = "a .npy file holds one array",
                        .where = out_,
                        .found = "--all-arms",
                        .expected = "a .npz file, which holds those of every arm"});
    }
  }

  /// What can be said of the outputs before the data are read.
  void require_outputs() const {
    require_output(out_);
    std::vector<NamedFile> outputs{{"--counts", counts_}};
    if (output_format(out_) != OutputFormat::folder) {
      outputs.push_back({"--out", out_});
    }
    if (!counts_.empty()) {
      require_csv_output(counts_);
    }
    require_free(outputs, force_, input_);
  }

  void require_chosen_states(const analysis::Assignment& assignment) const {
    const bool asked = std::ranges::find(arrays_, "state") != arrays_.end();
    if (asked && assignment.state.columns == 0) {
      throw UsageError({.what = "the run has no states",
                        .where = run_,
                        .found = "--arrays " + join(arrays_, ","),
                        .expected = "other arrays: latent, probs"});
    }
  }

  bool marks_unknown(const analysis::Assignment& assignment, const Dataset& dataset) const {
    if (unknown_ == "yes" && assignment.novelty.empty()) {
      throw UsageError({.what = "the run does not know which cells are unlike those of its fit",
                        .where = run_,
                        .found = "--unknown yes",
                        .expected = "a run with a confidence (mixvae fit without --replicates 0)"});
    }
    return unknown_ == "yes" ||
           (unknown_ == "auto" && !assignment.novelty.empty() && is_other_data(run_, dataset));
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
      print(type_json(assignment, names_.unknown));
      return;
    }
    print(type_table(assignment, names_.unknown).text());
    if (names_.unknown) {
      print(
          "\nunknown: unlike any cell of the fit (novelty above 1). Of cells like those of the fit "
          "about 1 in 100 is.\n");
    }
    const std::vector<std::string> weak =
        analysis::weak_types(analysis::type_summaries(assignment));
    if (!weak.empty()) {
      print("\nWeak: " + join(weak, ", ") +
            ". Their confidence (how often a cell gets its type again) or support (how often the "
            "type is found again) is below 0.5: do not build on them alone.\n");
    }
    if (assignment.left_out > 0) {
      log_warning(with_commas(assignment.left_out) +
                  " cells were left out by the preprocessing and have no type");
    }
    log_written(out_, counts_.empty() ? "" : ", " + counts_);
    print("\nNext: " + next_step() + "\n");
  }

  /// The command that names the types, as a shell takes it.
  std::string next_step() const {
    std::vector<std::string> words{"markers", path_word(run_), path_word(input_), "--out",
                                   free_name("markers.csv")};
    RunInput given = data_;
    RunInput usual;
    std::ranges::move(given_words(options(given), options(usual), {"annotations"}),
                      std::back_inserter(words));
    return command_line(words);
  }

  std::string run_;
  std::string input_;
  std::string out_;
  std::string counts_;
  std::string counts_layout_ = kLongLayout;
  std::string sample_ = kFolderSample;
  AssignmentNames names_;
  std::vector<std::string> arrays_ = {"auto"};
  std::string unknown_ = "auto";
  bool force_ = false;
  RunInput data_;
  std::string compat_ = "input";
};

}  // namespace

std::unique_ptr<Command> assign_command() { return std::make_unique<AssignCommand>(); }

}  // namespace mixvae::app
