#include <cstdio>

#include <nlohmann/json.hpp>

#include "analysis/generation.hpp"
#include "app/commands/all.hpp"
#include "app/output.hpp"
#include "app/output_files.hpp"
#include "app/output_format.hpp"
#include "app/run_directory.hpp"
#include "app/run_input.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace mixvae::app {
namespace {

/// Draws new cells of chosen types from a run.
class GenerateCommand : public Command {
 public:
  std::string name() const override { return "generate"; }
  std::string summary() const override { return "generate new cells of chosen types"; }
  Options arguments() override {
    return {{.name = "run",
             .target = &run_,
             .meaning = "folder of a finished run",
             .placeholder = "RUN"}};
  }
  std::vector<OptionGroup> groups() override {
    Options common = analysis::options(generation_);
    common.push_back({.name = "out",
                      .target = &out_,
                      .meaning = "file to write: .h5ad or .csv, values normalised as in training "
                                 "but not scaled, the type as an annotation",
                      .placeholder = "FILE"});
    common.push_back(force_option(force_));
    return {{"Common options", common}};
  }
  std::vector<std::string> required() const override { return {"out"}; }
  std::vector<std::string> examples() const override {
    return {"mixvae generate run --types T1,T2 --number 10000 --out new_cells.h5ad"};
  }

  void run(const GlobalOptions& global) override {
    require_finished_run(run_);
    require_dataset_output(out_);
    require_free({{"--out", out_}}, force_);
    require_separate(run_files(run_), {{"--out", out_}});
    fit::TrainedModel model = load_run(run_, global);
    generation_.seed = static_cast<std::uint64_t>(global.seed);
    const analysis::GeneratedCells generated = analysis::generate(model, generation_);
    const Dataset& dataset = generated.cells;
    write_dataset(out_, dataset);
    log_written(out_, ", " + with_commas(dataset.cell_count()) + " cells");
    const auto& types = std::get<Categorical>(dataset.cells.find("type")->values);
    std::vector<std::string> drawn;
    for (Index cell = 0; cell < dataset.cell_count(); cell += generation_.number) {
      drawn.emplace_back(types.label(cell));
    }
    tell_draws(drawn, generated.draws_per_cell);
    if (global.json) {
      nlohmann::json summary{{"out", out_},
                             {"cells", dataset.cell_count()},
                             {"features", dataset.feature_count()},
                             {"types", drawn}};
      if (!generated.draws_per_cell.empty()) {
        summary["draws_per_cell"] = generated.draws_per_cell;
      }
      print(summary.dump(2) + "\n");
    }
  }

 private:
  /// Where draws were rejected: how many a cell of each type took.
  void tell_draws(const std::vector<std::string>& types, const std::vector<double>& draws) const {
    for (std::size_t i = 0; i < draws.size() && generation_.posterior > 0; ++i) {
      char text[32];
      std::snprintf(text, sizeof text, "%.3g", draws[i]);
      log_info("draws per cell of " + types[i] + ": " + text);
    }
  }

  std::string run_;
  std::string out_;
  bool force_ = false;
  analysis::GenerationOptions generation_;
};

}  // namespace

std::unique_ptr<Command> generate_command() { return std::make_unique<GenerateCommand>(); }

}  // namespace mixvae::app
