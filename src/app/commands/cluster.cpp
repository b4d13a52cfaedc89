#include "analysis/clustering.hpp"
#include "app/clustering_output.hpp"
#include "app/commands/all.hpp"
#include "app/input.hpp"
#include "app/output.hpp"
#include "app/output_files.hpp"
#include "app/output_format.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "data/label_column.hpp"

namespace mixvae::app {
namespace {

/// Finds types or coordinates by a method without a model and writes them into the user's file.
class ClusterCommand : public Command {
 public:
  std::string name() const override { return "cluster"; }
  std::string summary() const override {
    return "find types, or coordinates for a map, by k-means, Leiden, UMAP and other known methods";
  }
  Options arguments() override {
    return {{.name = "input", .target = &input_, .meaning = "the data", .placeholder = "INPUT"}};
  }
  std::vector<OptionGroup> groups() override {
    Options common = analysis::options(settings_);
    common.insert(
        common.begin() + 2,
        {{.name = "out",
          .target = &out_,
          .meaning = "file to write: .h5ad (everything that was in the input and the "
                     "results), .csv or .npz (the results), .npy (coordinates), .fcs (an "
                     "FCS input with the results as channels); or FOLDER/ for data from a "
                     "folder: each of its files with its results",
          .placeholder = "FILE"},
         {.name = "labels",
          .target = &labels_,
          .meaning = "annotation of the cells with known types: the types found are "
                     "compared with them",
          .placeholder = "COLUMN"},
         {.name = "prefix",
          .target = &prefix_,
          .meaning = "what the names of the results begin with",
          .placeholder = "NAME"},
         force_option(force_, true)});
    return {{"Common options", common},
            {"Preprocessing", options(settings_.preprocessing)},
            {"Data", data_options()}};
  }
  std::vector<std::string> required() const override { return {"method"}; }
  std::vector<std::string> examples() const override {
    return {"mixvae cluster cells.h5ad --method leiden --types 12 --out annotated.h5ad",
            "mixvae cluster cells.h5ad --method umap --out annotated.h5ad",
            "mixvae cluster cells.csv --method hdbscan --labels cell_type"};
  }

  void run(const GlobalOptions& global) override {
    require_sensible();
    const Dataset dataset = read_input(input_, read_);
    if (!out_.empty()) {
      require_matching_input(output_format(out_), out_, dataset);
      const std::vector<NamedFile> outputs = result_files(out_, dataset);
      require_separate(data_files(dataset, read_), outputs, force_);
      require_free(outputs, force_);
    }
    const Categorical labels =
        labels_.empty() ? Categorical{} : label_column(dataset.cells, labels_, input_);
    const analysis::Clustering found =
        analysis::cluster_dataset(dataset, settings_, static_cast<std::uint64_t>(global.seed));
    for (const std::string& note : found.notes) {
      log_info(note);
    }
    std::map<std::string, double> scores;
    if (!labels_.empty()) {
      scores = analysis::clustering_scores(found, labels);
    }
    if (!out_.empty()) {
      write_results(out_, dataset, clustering_additions(found, prefix_), compat_ == "0.8");
    }
    report(found, scores, global);
  }

 private:
  Options data_options() {
    Options data = options(read_);
    data.push_back({.name = "compat",
                    .target = &compat_,
                    .meaning = "oldest anndata that must be able to read the output: the one that "
                               "the input was written for, or 0.8",
                    .choices = {"input", "0.8"}});
    return data;
  }

  void require_sensible() const {
    if (prefix_.empty() || prefix_.find('/') != std::string::npos) {
      throw UsageError({.what = "the prefix cannot be part of a name",
                        .found = "'" + prefix_ + "'",
                        .expected = "text without '/'"});
    }
    analysis::require_fitting(settings_);
    require_compatible_format(out_, compat_);
    const bool gives_types = analysis::clustering_method(settings_.method).types !=
                             analysis::ClusteringMethod::Types::none;
    if (!labels_.empty() && !gives_types) {
      throw UsageError({.what = "--method " + settings_.method +
                                " gives coordinates, which cannot be compared with --labels"});
    }
    if (out_.empty() && labels_.empty()) {
      throw UsageError({.what = "nothing would be kept of the result",
                        .expected = "--out FILE to write it, or --labels COLUMN to score it"});
    }
    if (!out_.empty()) {
      require_output(out_);
      require_new_file(out_);
    }
    if (gives_types && !out_.empty() && output_format(out_) == OutputFormat::npy) {
      throw UsageError({.what = "a .npy file holds one array of numbers, and types are labels",
                        .where = out_,
                        .expected = ".npz, .csv or .h5ad; .npy for umap and pca"});
    }
  }

  void require_new_file(const std::string& path) const {
    if (output_format(path) != OutputFormat::folder) {
      require_free({{"--out", path}}, force_, input_);
    }
  }

  void report(const analysis::Clustering& found, const std::map<std::string, double>& scores,
              const GlobalOptions& global) const {
    print(global.json ? clustering_json(found, scores) : clustering_text(found, scores));
    if (found.left_out > 0) {
      log_warning(with_commas(found.left_out) +
                  " cells were left out by the preprocessing and have no result");
    }
    if (!out_.empty()) {
      log_info("written: " + out_);
    }
  }

  std::string input_;
  std::string out_;
  std::string labels_;
  std::string prefix_ = "mixvae";
  analysis::ClusteringOptions settings_;
  ReadOptions read_;
  std::string compat_ = "input";
  bool force_ = false;
};

}  // namespace

std::unique_ptr<Command> cluster_command() { return std::make_unique<ClusterCommand>(); }

}  // namespace mixvae::app
