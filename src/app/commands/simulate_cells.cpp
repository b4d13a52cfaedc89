#include "data/simulate/simulate_cells.hpp"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "app/commands/all.hpp"
#include "app/output.hpp"
#include "app/output_files.hpp"
#include "app/output_format.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "report/table_printer.hpp"

namespace mixvae::app {
namespace {

/// Draws cells whose types and states are known.
class SimulateCellsCommand : public Command {
 public:
  std::string name() const override { return "simulate cells"; }
  std::string summary() const override {
    return "make up counts of cells whose true types, states and tree of types are known";
  }
  std::vector<OptionGroup> groups() override {
    return {{"Common options",
             {{.name = "out",
               .target = &out_,
               .meaning = "file to write, .h5ad or .csv",
               .placeholder = "FILE"},
              {.name = "preset",
               .target = &preset_,
               .meaning = "settings to start from: small has 2,000 cells of 8 types, "
                          "cortex 22,365 of 115; other options change single "
                          "ones",
               .choices = {"small", "cortex"}},
              force_option(force_)}},
            {"Cells", options(simulate_)}};
  }
  std::vector<std::string> required() const override { return {"out"}; }
  std::vector<std::string> examples() const override {
    return {"mixvae simulate cells --out cells.h5ad",
            "mixvae simulate cells --preset cortex --seed 1 --out cortex.h5ad"};
  }
  void choose(const Texts& given) override {
    const auto preset = given.find("preset");
    simulate_ = simulation_preset(preset == given.end() ? preset_ : preset->second);
  }

  void run(const GlobalOptions& global) override {
    require_dataset_output(out_);
    require_free({{"--out", out_}, {"the truth", writes_truth() ? truth_file() : ""}}, force_);
    const Dataset dataset = simulate_cells(simulate_, static_cast<std::uint64_t>(global.seed));
    write_dataset(out_, dataset);
    if (writes_truth()) {
      write_results(truth_file(), dataset, {dataset.cells.columns, dataset.arrays, {}, ""});
    }
    report(dataset, global);
  }

 private:
  bool writes_truth() const { return output_format(out_) == OutputFormat::csv; }

  /// A table of values has no room for the truth: it stands beside,
  /// "cells.truth.csv" for "cells.csv".
  std::string truth_file() const {
    return std::filesystem::path(out_).replace_extension(".truth.csv").string();
  }

  void report(const Dataset& dataset, const GlobalOptions& global) const {
    const double values =
        static_cast<double>(dataset.cell_count()) * static_cast<double>(dataset.feature_count());
    const double share = static_cast<double>(count_nonzeros(dataset.x)) / values;
    if (global.json) {
      print(nlohmann::json{{"out", out_},
                           {"cells", dataset.cell_count()},
                           {"features", dataset.feature_count()},
                           {"types", simulate_.types},
                           {"nonzero_share", share}}
                .dump(2) +
            "\n");
      return;
    }
    report::TablePrinter table({"simulated", "number"});
    table.add({"cells", with_commas(dataset.cell_count())});
    table.add({"genes", with_commas(dataset.feature_count())});
    table.add({"types", std::to_string(simulate_.types)});
    table.add({"non-zero values", report::fixed(100 * share, 1) + " %"});
    print(table.text() + "\nWritten to " + out_ + "; the truth is in " +
          (writes_truth() ? truth_file() + ": " : "") + truth_names(dataset) + ".\n");
  }

  std::string truth_names(const Dataset& dataset) const {
    std::vector<std::string> names;
    for (const Column& column : dataset.cells.columns) {
      names.push_back(column.name);
    }
    for (const auto& [name, array] : dataset.arrays) {
      names.push_back(name);
    }
    for (const auto& [name, text] : dataset.texts) {
      if (output_format(out_) == OutputFormat::h5ad) {
        names.push_back(name);
      }
    }
    return join(names, ", ");
  }

  std::string out_;
  bool force_ = false;
  std::string preset_ = "small";
  SimulateCellsOptions simulate_;
};

}  // namespace

std::unique_ptr<Command> simulate_cells_command() {
  return std::make_unique<SimulateCellsCommand>();
}

}  // namespace mixvae::app
