#include "metrics/markers.hpp"

#include "analysis/marker_values.hpp"
#include "app/commands/all.hpp"
#include "app/output.hpp"
#include "app/output_files.hpp"
#include "app/output_format.hpp"
#include "app/run_directory.hpp"
#include "app/run_input.hpp"
#include "base/log.hpp"
#include "report/markers_output.hpp"

namespace mixvae::app {
namespace {

/// Lower ones belong to the picture of a panel; of thousands of genes most are lower somewhere.
metrics::MarkerLevel level_named(const std::string& word, metrics::MarkerScale scale) {
  if (word == "auto") {
    return scale == metrics::MarkerScale::channels ? metrics::MarkerLevel::both
                                                   : metrics::MarkerLevel::high;
  }
  return word == "high"  ? metrics::MarkerLevel::high
         : word == "low" ? metrics::MarkerLevel::low
                         : metrics::MarkerLevel::both;
}

/// Says which features mark each type.
class MarkersCommand : public Command {
 public:
  std::string name() const override { return "markers"; }
  std::string summary() const override {
    return "list the genes, or the markers of a panel, that set each type apart";
  }
  Options arguments() override {
    return run_and_input(run_, input_,
                         "the data; all genes in them are tested, not only those of the fit");
  }
  std::vector<OptionGroup> groups() override {
    return {{"Common options",
             {{.name = "out",
               .target = &out_,
               .meaning = "file for all markers of every type, best first: level (high or low in "
                          "the type), effect (for counts the log2 ratio of the means, else their "
                          "difference), p by Wilcoxon's test, adjusted by Benjamini and Hochberg, "
                          "and in the type and in the other cells the fraction of cells that "
                          "express the gene, or the median of the channel",
               .placeholder = "FILE.csv"},
              {.name = "top",
               .target = &top_,
               .meaning = "how many markers of each type are shown",
               .minimum = 1,
               .maximum = 10000},
              {.name = "level",
               .target = &level_,
               .meaning = "markers that are higher in the type than in the other cells, lower, or "
                          "both; auto: both for cytometry, else high",
               .choices = {"auto", "high", "low", "both"}},
              force_option(force_)}},
            {"Data", options(data_)}};
  }
  std::vector<std::string> examples() const override {
    return {"mixvae markers run cells.h5ad --out markers.csv",
            "mixvae markers run cells.h5ad --top 20 --json",
            "mixvae markers run samples/ --level both --out markers.csv"};
  }

  void run(const GlobalOptions& global) override {
    require_finished_run(run_);
    if (!out_.empty()) {
      require_csv_output(out_);
      require_free({{"--out", out_}}, force_, input_);
    }
    fit::TrainedModel model = load_run(run_, global);
    Dataset dataset = read_for_run(input_, data_.read, &model.preprocessing);
    require_separate(run_, dataset, data_.read, {{"--out", out_}});
    const analysis::Assignment assignment = assign_cells(model, dataset, data_);
    const analysis::MarkerValues values =
        analysis::marker_values(std::move(dataset), assignment.types, model.preprocessing);
    for (const std::string& note : values.notes) {
      log_info(note);
    }
    const metrics::MarkerStatistics statistics = metrics::marker_statistics(
        values.x, values.types, static_cast<Index>(assignment.type_names.size()), values.scale);
    report({statistics, assignment.type_names, values.names, level_named(level_, values.scale),
            analysis::has_labels(assignment) ? assignment.labels : std::vector<std::string>{}},
           global);
  }

 private:
  void report(const report::MarkerList& list, const GlobalOptions& global) const {
    if (!out_.empty()) {
      write_text(out_, report::marker_csv(list));
      log_written(out_);
    }
    print(global.json ? report::marker_json(list, top_) : report::marker_table(list, top_).text());
  }

  std::string run_;
  std::string input_;
  std::string out_;
  std::int64_t top_ = 5;
  std::string level_ = "auto";
  bool force_ = false;
  RunInput data_;
};

}  // namespace

std::unique_ptr<Command> markers_command() { return std::make_unique<MarkersCommand>(); }

}  // namespace mixvae::app
