#include <algorithm>

#include "analysis/type_proposals.hpp"
#include "app/commands/all.hpp"
#include "app/next_command.hpp"
#include "app/output.hpp"
#include "app/output_files.hpp"
#include "app/output_format.hpp"
#include "app/reference_labels.hpp"
#include "app/run_directory.hpp"
#include "app/run_input.hpp"
#include "app/shipped_tables.hpp"
#include "app/type_names_file.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "data/label_column.hpp"
#include "report/proposals_output.hpp"

namespace mixvae::app {
namespace {

constexpr std::size_t kListedMarkers = 60;

/// Proposes names for the types of a run.
class LabelCommand : public Command {
 public:
  std::string name() const override { return "label"; }
  std::string summary() const override {
    return "propose names for types, by a table of markers or by cells whose types are known";
  }
  Options arguments() override { return run_and_input(run_, input_, kDataOfRun); }
  std::vector<OptionGroup> groups() override {
    Options common{
        {.name = "markers",
         .target = &markers_,
         .meaning = "table (CSV) of cell types and the genes or proteins that are high or low in "
                    "them, columns type, up, down; or a word for one that comes with mixvae: "
                    "blood, brain",
         .placeholder = "TABLE.csv"},
        {.name = "reference",
         .target = &reference_,
         .meaning = "annotation with known types, of the same cells or of others with the same "
                    "genes: each type takes the label of most of its cells",
         .placeholder = "FILE:COLUMN"},
        {.name = "apply",
         .target = &apply_,
         .meaning = "give these names to the types, as mixvae rename does; types that have a name "
                    "keep it, unless --force"},
        {.name = "out",
         .target = &out_,
         .meaning = "file for the names, to edit and give to mixvae rename",
         .placeholder = "FILE.csv"}};
    for (Option& option : analysis::options(proposals_)) {
      common.push_back(std::move(option));
    }
    common.push_back({.name = "force",
                      .target = &force_,
                      .meaning = "replace files that are there, and with --apply names that types "
                                 "have"});
    return {{"Common options", common}, {"Data", options(data_)}};
  }
  std::vector<std::string> examples() const override {
    return {"mixvae label run cells.h5ad --markers blood",
            "mixvae label run cells.h5ad --markers markers.csv --out names.csv",
            "mixvae label run cells.h5ad --reference cells.h5ad:cell_type --apply"};
  }

  void run(const GlobalOptions& global) override {
    require_one_source();
    require_finished_run(run_);
    if (!out_.empty()) {
      require_csv_output(out_);
      require_free({{"--out", out_}}, force_, input_);
    }
    const std::vector<analysis::MarkedType> table =
        markers_.empty() ? std::vector<analysis::MarkedType>{}
                         : analysis::read_marker_table(table_file("markers", markers_));
    fit::TrainedModel model = load_run(run_, global);
    Dataset dataset = read_for_run(input_, data_.read, &model.preprocessing);
    require_separate(run_, dataset, data_.read, {{"--out", out_}});
    types_ = model.type_names();
    const std::vector<analysis::Proposal> proposals =
        markers_.empty() ? from_reference(model, dataset)
                         : from_markers(model, std::move(dataset), table,
                                        static_cast<std::uint64_t>(global.seed));
    report(proposals, global);
    if (!out_.empty()) {
      write_atomically(out_, names_table_csv(names_of(proposals)));
      log_info("written: " + out_);
    }
    if (apply_) {
      apply(proposals);
    }
  }

 private:
  void require_one_source() const {
    if (markers_.empty() == reference_.empty()) {
      throw UsageError({.what = "names come from markers or from a reference",
                        .found = markers_.empty() ? "neither" : "both",
                        .expected = "--markers TABLE.csv, or --reference FILE:COLUMN"});
    }
  }

  report::ProposalSource source() const {
    return markers_.empty() ? report::ProposalSource::reference : report::ProposalSource::markers;
  }

  /// Types of the cells; -1 for those that are unlike any of the fit, in other data than its own.
  std::vector<std::int32_t> types_of_cells(fit::TrainedModel& model, const Dataset& dataset) const {
    analysis::Assignment assignment = assign_cells(model, dataset, data_);
    if (!assignment.novelty.empty() && is_other_data(run_, dataset)) {
      for (std::size_t n = 0; n < assignment.types.size(); ++n) {
        assignment.types[n] = assignment.novelty[n] > 1 ? -1 : assignment.types[n];
      }
    }
    return assignment.types;
  }

  std::vector<analysis::Proposal> from_markers(fit::TrainedModel& model, Dataset dataset,
                                               const std::vector<analysis::MarkedType>& table,
                                               std::uint64_t seed) {
    std::vector<std::int32_t> types = types_of_cells(model, dataset);
    const Table features = dataset.features;
    analysis::MarkerValues values =
        analysis::marker_values(std::move(dataset), std::move(types), model.preprocessing);
    for (const std::string& note : values.notes) {
      log_info(note);
    }
    const analysis::FoundMarkers found =
        analysis::find_markers(table, values.names, input_, features);
    if (!found.named_by.empty()) {
      log_info("genes are found by the annotation '" + found.named_by + "' of the features");
    }
    values.names = found.features;
    missing_ = found.missing;
    left_out_ = found.left_out;
    return analysis::propose_from_markers(values, types_, found, proposals_, seed);
  }

  std::vector<analysis::Proposal> from_reference(fit::TrainedModel& model,
                                                 const Dataset& dataset) const {
    const Reference reference = reference_named(reference_);
    std::string others;
    if (const auto labels = labels_of_same_cells(reference, dataset, data_, others)) {
      return analysis::propose_from_labels(types_of_cells(model, dataset), types_, *labels,
                                           proposals_);
    }
    log_info(reference.path + " is of other cells (" + others +
             "): the run gives them types, and these take names");
    try {
      const Dataset labelled = read_for_run(reference.path, data_.read, &model.preprocessing);
      const Categorical labels = label_column(labelled.cells, reference.column, reference.path);
      return analysis::propose_from_labels(types_of_cells(model, labelled), types_, labels,
                                           proposals_);
    } catch (const InputError& error) {
      Fault fault = error.fault();
      fault.hint = "as an annotation of the same cells it does not serve either: " + others;
      throw InputError(fault);
    }
  }

  std::vector<analysis::NamedType> names_of(
      const std::vector<analysis::Proposal>& proposals) const {
    const std::string from = markers_.empty() ? "by " + reference_ : "by markers " + markers_;
    std::vector<analysis::NamedType> names;
    for (const analysis::Proposal& proposal : proposals) {
      names.push_back({.type = proposal.type,
                       .name = proposal.name.empty() ? proposal.type : proposal.name,
                       .note = from + ": " + report::proposal_note(proposal, source())});
    }
    return names;
  }

  void report(const std::vector<analysis::Proposal>& proposals, const GlobalOptions& global) const {
    if (global.json) {
      print(report::proposal_json(proposals, source(), missing_));
      return;
    }
    std::string text = report::proposal_table(proposals, source()).text();
    if (!missing_.empty()) {
      text += "\nNot among the genes or markers of the data: " +
              join(first_n(missing_, kListedMarkers), ", ") +
              (missing_.size() > kListedMarkers
                   ? ", and " + std::to_string(missing_.size() - kListedMarkers) + " more"
                   : "") +
              "\n";
    }
    if (!left_out_.empty()) {
      text += "\nCell types with too few markers in the data (two, one of them high): " +
              join(left_out_, ", ") + "\n";
    }
    if (!apply_) {
      text += "\nThese are proposals; the run is as before. " + next_step() + "\n";
    }
    print(text);
  }

  std::string next_step() const {
    if (!out_.empty()) {
      return "Next: edit " + out_ + ", then " +
             command_line({"rename", path_word(run_), path_word(out_)});
    }
    return "--apply gives the types these names; --out FILE.csv writes them, to edit.";
  }

  void apply(const std::vector<analysis::Proposal>& proposals) const {
    const FileLock lock = lock_run_directory(run_);
    analysis::TypeNames names = read_type_names(run_, types_);
    const std::vector<std::string> labels = analysis::type_labels(names, types_);
    std::vector<analysis::NamedType> changes;
    std::vector<std::string> kept;
    for (const analysis::NamedType& named : names_of(proposals)) {
      const auto t =
          static_cast<std::size_t>(std::ranges::find(types_, named.type) - types_.begin());
      if (named.name == named.type) {
        continue;
      }
      if (labels[t] != types_[t] && !force_) {
        kept.push_back(analysis::shown_type(types_[t], labels[t]));
        continue;
      }
      changes.push_back(named);
    }
    analysis::rename_types(names, changes, types_);
    write_type_names(run_, names);
    log_info("named: " + std::to_string(changes.size()) + " of " + std::to_string(types_.size()) +
             " types, in " + run_ + "/" + kTypeNamesName);
    if (!kept.empty()) {
      log_info("kept, for they have names already (--force replaces these): " + join(kept, ", "));
    }
  }

  std::string run_;
  std::string input_;
  std::string markers_;
  std::string reference_;
  std::string out_;
  bool apply_ = false;
  bool force_ = false;
  analysis::ProposalOptions proposals_;
  RunInput data_;
  std::vector<std::string> types_;
  std::vector<std::string> missing_;
  std::vector<std::string> left_out_;
};

}  // namespace

std::unique_ptr<Command> label_command() { return std::make_unique<LabelCommand>(); }

}  // namespace mixvae::app
