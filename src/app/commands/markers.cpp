#include "metrics/markers.hpp"

#include "app/commands/all.hpp"
#include "app/output.hpp"
#include "app/output_files.hpp"
#include "app/output_format.hpp"
#include "app/run_directory.hpp"
#include "app/run_input.hpp"
#include "base/atomic_file.hpp"
#include "base/log.hpp"
#include "data/io/channel_kinds.hpp"
#include "report/markers_output.hpp"

namespace mixvae::app {
namespace {

/// Says which features mark each type.
class MarkersCommand : public Command {
 public:
  std::string name() const override { return "markers"; }
  std::string summary() const override { return "list the features that set each type apart"; }
  Options arguments() override {
    return {{.name = "run",
             .target = &run_,
             .meaning = "folder of a finished run",
             .placeholder = "RUN"},
            {.name = "input",
             .target = &input_,
             .meaning = "the data, with all features to be tested",
             .placeholder = "INPUT"}};
  }
  std::vector<OptionGroup> groups() override {
    return {{"Common options",
             {{.name = "out",
               .target = &out_,
               .meaning = "file for every feature that is higher in a type, best first: "
                          "effect (log2 ratio of means for counts, difference of "
                          "means otherwise), Wilcoxon's p adjusted by Benjamini and "
                          "Hochberg, fractions of cells that express it",
               .placeholder = "FILE.csv"},
              {.name = "top",
               .target = &top_,
               .meaning = "markers shown of each type",
               .minimum = 1,
               .maximum = 10000},
              force_option(force_)}},
            {"Data", options(data_)}};
  }
  std::vector<std::string> examples() const override {
    return {"mixvae markers run cells.h5ad --out markers.csv",
            "mixvae markers run cells.h5ad --top 20 --json"};
  }

  void run(const GlobalOptions& global) override {
    require_finished_run(run_);
    if (!out_.empty()) {
      require_csv_output(out_);
      require_free({{"--out", out_}}, force_, input_);
    }
    fit::TrainedModel model = load_run(run_, global);
    const Dataset dataset = read_for_run(input_, data_.read, &model.preprocessing);
    require_separate(run_, dataset, data_.read, {{"--out", out_}});
    const analysis::Assignment assignment = assign_cells(model, dataset, data_);
    const ValueKind kind = judge_dataset(dataset).kind;
    const bool counts = kind == ValueKind::counts || kind == ValueKind::fractional_counts;
    const metrics::MarkerStatistics statistics = metrics::marker_statistics(
        dataset.x, assignment.types, static_cast<Index>(assignment.type_names.size()),
        counts ? metrics::MarkerScale::counts : metrics::MarkerScale::values);
    if (!out_.empty()) {
      write_atomically(
          out_, report::marker_csv(statistics, assignment.type_names, dataset.features.names));
      log_info("written: " + out_);
    }
    print(
        global.json
            ? report::marker_json(statistics, assignment.type_names, dataset.features.names, top_)
            : report::marker_table(statistics, assignment.type_names, dataset.features.names, top_)
                  .text());
  }

 private:
  std::string run_;
  std::string input_;
  std::string out_;
  std::int64_t top_ = 5;
  bool force_ = false;
  RunInput data_;
};

}  // namespace

std::unique_ptr<Command> markers_command() { return std::make_unique<MarkersCommand>(); }

}  // namespace mixvae::app
