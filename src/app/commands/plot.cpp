#include <algorithm>
#include <filesystem>

#include "app/commands/all.hpp"
#include "app/drawing_output.hpp"
#include "app/output.hpp"
#include "app/output_files.hpp"
#include "app/run_directory.hpp"
#include "app/run_view.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "report/cell_colors.hpp"
#include "report/run_report.hpp"

namespace mixvae::app {
namespace {

constexpr const char* kAll = "all";
constexpr const char* kMap = "map";

std::vector<std::string> figure_choices() {
  std::vector<std::string> names = report::figure_names();
  names.emplace_back(kAll);
  return names;
}

/// Draws a figure of a run into a file, or all into a folder.
class PlotCommand : public Command {
 public:
  std::string name() const override { return "plot"; }
  std::string summary() const override { return "draw a figure of a run as SVG or PNG"; }
  Options arguments() override { return view_arguments(request_); }
  std::vector<OptionGroup> groups() override {
    Options common{
        {.name = "figure",
         .target = &figure_,
         .meaning =
             "what is drawn: a map of the cells, the sizes of the types with their "
             "confidence, their tree, their markers, what moves along their states, how far arms "
             "agree on them, the rounds that removed types, their shares in each sample (with "
             "--sample), "
             "how far other runs agree (with --compare), known labels against types (with "
             "--labels), the learning curves; all into a folder",
         .choices = figure_choices()},
        {.name = "color",
         .target = &request_.color,
         .meaning = "what the cells of the map are coloured by: type, name (of named types), "
                    "confidence, probability, "
                    "consensus, novelty, state:1, ..., run:NAME (types of a run of --compare), the "
                    "name of an annotation or of a feature "
                    "(annotation:NAME, feature:NAME where a name means several)",
         .placeholder = "NAME"},
        {.name = "out",
         .target = &out_,
         .meaning =
             "file to write: .svg, .png (by rsvg-convert), or .csv (the numbers that are drawn); "
             "of --figure all FOLDER/",
         .placeholder = "FILE"}};
    for (Option& option : view_options(request_)) {
      common.push_back(std::move(option));
    }
    common.push_back(force_option(force_));
    return {{"Common options", common}, {"Data", options(request_.data)}};
  }
  std::vector<std::string> required() const override { return {"out"}; }
  std::vector<std::string> examples() const override {
    return {"mixvae plot run cells.h5ad --out map.svg",
            "mixvae plot run cells.h5ad --color confidence --out confidence.png",
            "mixvae plot run cells.h5ad --figure markers --out markers.svg",
            "mixvae plot run cells.h5ad --figure abundances --sample donor --condition dose --out "
            "shares.svg",
            "mixvae plot run cells.h5ad --figure type-stability --compare run2,run3 --out "
            "stability.svg",
            "mixvae plot run cells.h5ad --figure all --out figures/"};
  }

  void run(const GlobalOptions& global) override {
    const std::vector<std::string> wanted =
        figure_ == kAll ? report::figure_names() : std::vector<std::string>{figure_};
    require_used_options();
    require_finished_run(request_.run);
    const DrawingOutput output(out_, figure_ == kAll);
    std::vector<NamedFile> files;
    files.reserve(wanted.size());
    for (const std::string& name : wanted) {
      for (const std::string& file : output.files(name)) {
        files.push_back({"--out", file});
      }
    }
    require_free(files, force_, request_.input);
    const report::RunView view = run_view(request_, parts(), global, files);
    for (const std::string& name : wanted) {
      if (figure_ == kAll && !report::has_figure(view, name)) {
        log_info("not drawn, for want of what it shows: " + name);
        continue;
      }
      output.write(report::figure_of(view, name, request_.color));
      log_info("written: " + output.files(name).front());
    }
  }

 private:
  void require_used_options() const {
    if (figure_ != kMap && figure_ != kAll && request_.color != "type") {
      throw UsageError({.what = "--color is used by the map only",
                        .found = "--figure " + figure_ + " --color " + request_.color,
                        .expected = "--figure map"});
    }
    if ((figure_ == "run-agreement" || figure_ == "type-stability") && request_.compare.empty()) {
      throw UsageError({.what = "the figure '" + figure_ + "' compares runs",
                        .expected = "--compare RUN,RUN,... beside it"});
    }
    if (figure_ == "confusion" && request_.labels.empty()) {
      throw UsageError({.what = "the figure 'confusion' shows known labels against types",
                        .expected = "--labels COLUMN beside it"});
    }
  }

  /// What the figure needs.
  analysis::OverviewParts parts() const {
    const bool all = figure_ == kAll;
    const bool markers = all || figure_ == "markers";
    const bool map = all || figure_ == kMap;
    return {.tree = all || figure_ == "type-tree" || figure_ == "consensus" || markers,
            .map = map,
            .values = markers || (map && !report::names_a_result(request_.color)),
            .markers = markers,
            .properties = false,
            .states = false,
            .traversal = all || figure_ == "traversal"};
  }

  ViewRequest request_;
  std::string figure_ = "map";
  std::string out_;
  bool force_ = false;
};

}  // namespace

std::unique_ptr<Command> plot_command() { return std::make_unique<PlotCommand>(); }

}  // namespace mixvae::app
