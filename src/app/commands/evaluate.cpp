#include "analysis/evaluation.hpp"
#include "app/commands/all.hpp"
#include "app/output.hpp"
#include "app/output_files.hpp"
#include "app/output_format.hpp"
#include "app/run_directory.hpp"
#include "app/run_input.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "data/label_column.hpp"
#include "report/evaluation_output.hpp"

namespace mixvae::app {
namespace {

/// Compares the types of a run with known labels.
class EvaluateCommand : public Command {
 public:
  std::string name() const override { return "evaluate"; }
  std::string summary() const override { return "compare the types of a run with known labels"; }
  Options arguments() override { return run_and_input(run_, input_, "the labelled data"); }
  std::vector<OptionGroup> groups() override {
    return {
        {"Common options",
         {{.name = "labels",
           .target = &labels_,
           .meaning = "annotation of the cells with the known types",
           .placeholder = "COLUMN"},
          {.name = "confusion",
           .target = &confusion_,
           .meaning = "file for the table of how many cells of each label were given each type",
           .placeholder = "FILE.csv"},
          {.name = "tree",
           .target = &tree_,
           .meaning = "name of a tree of the labels that is stored in the data (in uns, Newick "
                      "form), to score how far from the true label the wrong ones are",
           .placeholder = "NAME"},
          {.name = "batch",
           .target = &batch_,
           .meaning =
               "annotation with the batch (sample, run, plate) of each cell, to score how far "
               "types and latent coordinates follow it",
           .placeholder = "COLUMN"},
          {.name = "factors",
           .target = &factors_,
           .meaning = "annotations with the factors that made the cells (of images: shape, scale, "
                      "...), to score whether each is told by one latent (disentanglement)",
           .placeholder = "COLUMN,COLUMN,..."},
          {.name = "independent",
           .target = &independent_,
           .meaning = "other runs, fits of bootstraps of the same cells (mixvae fit --bootstrap "
                      "1, 2, ...): how often they give a cell its type again, and whether the "
                      "confidence says so",
           .placeholder = "RUN,RUN,..."},
          force_option(force_)}},
        {"Data", options(data_)}};
  }
  std::vector<std::string> required() const override { return {"labels"}; }
  std::vector<std::string> examples() const override {
    return {"mixvae evaluate run cells.h5ad --labels cell_type",
            "mixvae evaluate run cells.h5ad --labels cell_type --json "
            "--confusion confusion.csv"};
  }

  void run(const GlobalOptions& global) override {
    require_finished_run(run_);
    if (!confusion_.empty()) {
      require_csv_output(confusion_);
      require_free({{"--confusion", confusion_}}, force_, input_);
    }
    fit::TrainedModel model = load_run(run_, global);
    const Dataset dataset = read_for_run(input_, data_.read, &model.preprocessing);
    require_separate(run_, dataset, data_.read, {{"--confusion", confusion_}});
    const Categorical labels = label_column(dataset.cells, labels_, input_);
    const std::string newick = tree_text(dataset);
    const analysis::Assignment assignment = assign_cells(model, dataset, data_);
    std::vector<analysis::Assignment> independent;
    for (const std::string& other : independent_) {
      require_finished_run(other);
      fit::TrainedModel another = load_run(other, global);
      independent.push_back(assign_cells(another, dataset, data_));
    }
    const analysis::Evaluation scores =
        analysis::evaluate(assignment, labels,
                           {.newick = newick,
                            .seed = static_cast<std::uint64_t>(global.seed),
                            .independent = std::move(independent),
                            .batch = batches(dataset),
                            .factors = factor_columns(dataset)});
    if (!confusion_.empty()) {
      write_atomically(confusion_, analysis::confusion_csv(scores, assignment));
    }
    print(global.json ? report::evaluation_json(scores) : report::evaluation_text(scores));
  }

 private:
  std::string tree_text(const Dataset& dataset) const {
    if (tree_.empty()) {
      return {};
    }
    const auto found = dataset.texts.find(tree_);
    if (found == dataset.texts.end()) {
      std::vector<std::string> names;
      for (const auto& [name, text] : dataset.texts) {
        names.push_back(name);
      }
      throw InputError({.what = "the data have no text '" + tree_ + "' for --tree",
                        .where = input_,
                        .expected = names.empty() ? "a text in uns; there is none"
                                                  : "one of " + join(first_n(names, 10), ", ")});
    }
    return found->second;
  }

  std::optional<Categorical> batches(const Dataset& dataset) const {
    return batch_.empty() ? std::nullopt
                          : std::optional(label_column(dataset.cells, batch_, input_));
  }

  std::vector<Column> factor_columns(const Dataset& dataset) const {
    std::vector<Column> columns;
    columns.reserve(factors_.size());
    for (const std::string& factor : factors_) {
      columns.push_back(require_column(dataset.cells, factor, input_));
    }
    return columns;
  }

  std::string run_;
  std::string input_;
  std::string labels_;
  std::string batch_;
  std::vector<std::string> factors_;
  std::string confusion_;
  std::string tree_;
  std::vector<std::string> independent_;
  bool force_ = false;
  RunInput data_;
};

}  // namespace

std::unique_ptr<Command> evaluate_command() { return std::make_unique<EvaluateCommand>(); }

}  // namespace mixvae::app
