#include <filesystem>
#include <optional>

#include "analysis/decoding.hpp"
#include "analysis/traversal.hpp"
#include "app/commands/all.hpp"
#include "app/drawing_output.hpp"
#include "app/output.hpp"
#include "app/output_files.hpp"
#include "app/output_format.hpp"
#include "app/run_directory.hpp"
#include "app/run_input.hpp"
#include "app/shipped_tables.hpp"
#include "app/traversal_files.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "report/figures/image_traversal.hpp"
#include "report/figures/traversal_figure.hpp"
#include "report/traversal_output.hpp"

namespace mixvae::app {
namespace {

constexpr const char* kShippedSets = "states";
constexpr std::size_t kUnknownShown = 20;

/// Sweeps the states of types, and tells which features follow.
class TraverseCommand : public Command {
 public:
  std::string name() const override { return "traverse"; }
  std::string summary() const override {
    return "sweep the states of a type and list the genes, or draw the images, that follow";
  }
  Options arguments() override {
    return run_and_input(run_, input_,
                         "the data, whose cells tell how far the states of each type reach");
  }
  std::vector<OptionGroup> groups() override {
    Options common = analysis::options(traversal_);
    common.push_back({.name = "top",
                      .target = &top_,
                      .meaning = "how many features of each walk are shown and drawn",
                      .minimum = 1,
                      .maximum = 1000});
    common.push_back({.name = "sets",
                      .target = &sets_,
                      .meaning = "table (CSV) of gene sets, columns set, genes, whose mean effect "
                                 "is told; a word for one that comes with mixvae: states "
                                 "(immediate early genes, cell cycle, cytochrome c oxidase, "
                                 "ribosomal proteins, heat shock), taken where left out and its "
                                 "genes are known; none",
                      .placeholder = "SETS.csv"});
    common.push_back({.name = "out",
                      .target = &out_,
                      .meaning = "file for all features of every walk: .csv; .json (the tables "
                                 "that are shown); .npz (with the decoded values); .svg or .png "
                                 "(heat maps of the first features, or grids of images); .h5ad "
                                 "(the data with effects in varm)",
                      .placeholder = "FILE"});
    common.push_back(force_option(force_, true));
    return {{"Common options", common}, {"Data", options(data_)}};
  }
  std::vector<std::string> examples() const override {
    return {"mixvae traverse run cells.h5ad --types T1,T2",
            "mixvae traverse run cells.h5ad --types T1 --top 20 --out effects.csv",
            "mixvae traverse run cells.h5ad --out states.svg"};
  }

  void run(const GlobalOptions& global) override {
    require_finished_run(run_);
    require_known_output();
    require_free({{"--out", out_}}, force_, input_);
    fit::TrainedModel model = load_run(run_, global);
    const Dataset dataset = read_for_run(input_, data_.read, &model.preprocessing);
    require_no_mixture_of_files(dataset);
    analysis::require_walkable(model, dataset, traversal_);
    const std::string sets_file = sets_ == "none" ? "" : table_file("sets", sets_named());
    const analysis::Assignment assignment = assign_cells(model, dataset, data_);
    const analysis::Traversal traversal =
        analysis::traverse(model, dataset, assignment, traversal_);
    const analysis::FeatureSets sets = known_sets(sets_file, traversal, dataset);
    const auto following = analysis::state_following(dataset, assignment, traversal);
    const report::TraversalList list{traversal, sets, following};
    write(list, dataset, model.preprocessing);
    show(list, global);
  }

 private:
  std::string extension() const { return lower(std::filesystem::path(out_).extension().string()); }
  std::string sets_named() const { return sets_.empty() ? kShippedSets : sets_; }
  bool draws() const { return extension() == ".svg" || extension() == ".png"; }

  void require_known_output() const {
    if (out_.empty()) {
      return;
    }
    if (draws()) {
      const DrawingOutput checked(out_, false);
    } else if (extension() == ".csv") {
      require_csv_output(out_);
    } else if (extension() == ".json" || extension() == ".npz" || extension() == ".h5ad") {
      require_writable(out_);
    } else {
      throw UsageError({.what = "a traversal cannot be written in this format",
                        .where = out_,
                        .expected = ".csv, .json, .npz, .svg, .png or .h5ad"});
    }
  }

  void require_no_mixture_of_files(const Dataset& dataset) const {
    if (extension() == ".h5ad") {
      require_matching_input(OutputFormat::h5ad, out_, dataset);
      require_separate(run_, dataset, data_.read, result_files(out_, dataset), force_);
    } else {
      require_separate(run_, dataset, data_.read, {{"--out", out_}});
    }
  }

  /// Sets of which a gene is known; those that the user named must be.
  analysis::FeatureSets known_sets(const std::string& file, const analysis::Traversal& traversal,
                                   const Dataset& dataset) const {
    if (file.empty()) {
      return {};
    }
    analysis::FeatureSets sets = analysis::find_feature_sets(analysis::read_marker_table(file),
                                                             traversal.features, dataset.features);
    if (sets_.empty()) {
      return sets.sets.empty() ? analysis::FeatureSets{} : sets;
    }
    analysis::require_feature_sets(sets, traversal.features, file);
    if (!sets.unknown.empty()) {
      log_info("genes of the sets that the model does not read: " +
               join(first_n(sets.unknown, kUnknownShown), ", ") +
               (sets.unknown.size() > kUnknownShown ? ", ..." : ""));
    }
    if (!sets.left_out.empty()) {
      log_info("sets without a gene that the model reads: " + join(sets.left_out, ", "));
    }
    return sets;
  }

  void write(const report::TraversalList& list, const Dataset& dataset,
             const Preprocessing& preprocessing) const {
    if (out_.empty()) {
      return;
    }
    if (extension() == ".csv") {
      write_text(out_, report::traversal_csv(list.traversal));
    } else if (extension() == ".json") {
      write_atomically(out_, report::traversal_json(list, top_));
    } else if (extension() == ".npz") {
      write_traversal_npz(out_, list.traversal);
    } else if (extension() == ".h5ad") {
      write_results(out_, dataset, traversal_additions(list.traversal, dataset, preprocessing));
    } else {
      const std::optional<Index> width = analysis::pixels_in_row(preprocessing, dataset.source);
      DrawingOutput(out_, false)
          .write(width ? report::image_traversal_figure(list.traversal, *width)
                       : report::traversal_figure(list.traversal, top_));
    }
    log_written(out_);
  }

  void show(const report::TraversalList& list, const GlobalOptions& global) const {
    if (!list.traversal.left_out.empty()) {
      log_info("left out, for fewer than two cells: " + join(list.traversal.left_out, ", "));
    }
    if (global.json) {
      print(report::traversal_json(list, top_));
      return;
    }
    std::string text = report::traversal_table(list, top_).text();
    for (const report::TablePrinter& table :
         {report::following_table(list), report::set_table(list)}) {
      text += table.rows().empty() ? "" : "\n" + table.text();
    }
    print(text);
  }

  std::string run_;
  std::string input_;
  std::string out_;
  std::string sets_;
  std::int64_t top_ = 5;
  bool force_ = false;
  RunInput data_;
  analysis::TraversalOptions traversal_;
};

}  // namespace

std::unique_ptr<Command> traverse_command() { return std::make_unique<TraverseCommand>(); }

}  // namespace mixvae::app
