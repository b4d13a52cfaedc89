#include "app/run_view.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/compared_runs.hpp"
#include "app/run_directory.hpp"
#include "app/version.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "data/label_column.hpp"
#include "report/cell_colors.hpp"

namespace mixvae::app {
namespace {

std::string text_of(const std::string& path) {
  std::ostringstream text;
  const std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw SystemError({.what = "a file of the run cannot be read", .where = path});
  }
  text << file.rdbuf();
  return text.str();
}

/// The history of a run's training; without epochs where it has none.
training::History history_of(const std::string& run) {
  const std::string path = run + "/history.csv";
  return std::filesystem::exists(path) ? training::history_of_csv(text_of(path), path)
                                       : training::History{};
}

/// Throws UsageError for the colour "run:NAME" of a run that is not compared.
void require_color_of_run(const ViewRequest& request) {
  std::vector<std::string> colors;
  for (const std::string& name : names_of_runs(request.run, request.compare)) {
    colors.push_back("run:" + name);
  }
  colors.erase(colors.begin());
  if (request.color.starts_with("run:") &&
      std::ranges::find(colors, request.color) == colors.end()) {
    throw UsageError(
        {.what = "cells cannot be coloured by the types of this run",
         .found = "--color " + request.color,
         .expected = colors.empty() ? "--compare RUN,RUN,... beside it" : join(colors, ", ")});
  }
}

/// What is told of the other runs.
std::vector<analysis::ComparedRun> other_runs(const ViewRequest& request, const Dataset& dataset,
                                              const Categorical* labels, bool unknown,
                                              const GlobalOptions& global) {
  const std::vector<std::string> names = names_of_runs(request.run, request.compare);
  std::vector<analysis::ComparedRun> others;
  for (std::size_t r = 0; r < request.compare.size(); ++r) {
    fit::TrainedModel model = load_run(request.compare[r], global);
    analysis::Assignment assignment = assign_cells(model, dataset, request.data);
    if (unknown) {
      analysis::forget_unknown(assignment);
    }
    others.push_back(analysis::compared_run(names[r + 1], model, assignment,
                                            history_of(request.compare[r]), labels));
  }
  return others;
}

/// What can be said of labels, samples, map and colour before the run is applied.
void require_names(const ViewRequest& request, const Dataset& dataset) {
  if (!request.labels.empty()) {
    static_cast<void>(label_column(dataset.cells, request.labels, request.input));
  }
  analysis::require_abundances(dataset, request.abundance);
  analysis::require_map(dataset, request.map);
  report::require_color(request.color, dataset);
}

}  // namespace

Options view_arguments(ViewRequest& request) {
  return {{.name = "run",
           .target = &request.run,
           .meaning = "folder of a finished run",
           .placeholder = "RUN"},
          {.name = "input",
           .target = &request.input,
           .meaning = "the data: those of the fit, or new cells with the same genes or markers",
           .placeholder = "INPUT"}};
}

Options view_options(ViewRequest& request) {
  Options all{{.name = "labels",
               .target = &request.labels,
               .meaning = "annotation of the cells with known types, to compare with",
               .placeholder = "COLUMN"},
              {.name = "compare",
               .target = &request.compare,
               .meaning = "other runs of the same data (other seeds, numbers of types, models), to "
                          "show how far they find the same types",
               .placeholder = "RUN,RUN,..."}};
  for (Option& option : analysis::options(request.abundance)) {
    all.push_back(std::move(option));
  }
  for (Option& option : analysis::options(request.map)) {
    all.push_back(std::move(option));
  }
  return all;
}

OpenedRun open_run(const ViewRequest& request, const GlobalOptions& global,
                   const std::vector<NamedFile>& outputs) {
  require_finished_run(request.run);
  require_comparable(request.run, request.compare);
  require_color_of_run(request);
  OpenedRun opened{.model = load_run(request.run, global), .dataset = {}};
  opened.dataset = read_for_run(request.input, request.data.read, &opened.model.preprocessing);
  require_separate(request.run, opened.dataset, request.data.read, outputs);
  require_names(request, opened.dataset);
  return opened;
}

report::RunView run_view(OpenedRun& opened, const ViewRequest& request,
                         const analysis::OverviewParts& parts, const GlobalOptions& global) {
  report::RunView view;
  view.run = request.run;
  view.name = names_of_runs(request.run, request.compare).front();
  view.input = request.input;
  view.model = opened.model.model;
  view.settings = text_of(request.run + "/" + kConfigName);
  view.version = std::string(version());
  view.history = history_of(request.run);
  if (const std::string curve = request.run + "/types.csv"; std::filesystem::exists(curve)) {
    view.rounds = fit::curve_of_csv(text_of(curve), curve);
  }
  analysis::OverviewOptions options;
  options.parts = parts;
  options.map = request.map;
  options.map.seed = static_cast<std::uint64_t>(global.seed);
  options.labels = request.labels;
  options.abundance = request.abundance;
  options.minimum_found = request.data.least_shared;
  options.trust_values = request.data.trust_values;
  options.unknown = is_other_data(request.run, opened.dataset);
  std::optional<Categorical> labels;
  if (!request.labels.empty()) {
    labels = label_column(opened.dataset.cells, request.labels, request.input);
  }
  const Categorical* known = labels ? &*labels : nullptr;
  std::vector<analysis::ComparedRun> runs =
      other_runs(request, opened.dataset, known, options.unknown, global);
  view.seen = analysis::overview(opened.model, std::move(opened.dataset), options);
  for (const std::string& note : view.seen.assignment.notes) {
    log_info(note);
  }
  if (!runs.empty()) {
    runs.insert(runs.begin(), analysis::compared_run(view.name, opened.model, view.seen.assignment,
                                                     view.history, known));
    view.seen.comparison = analysis::compare_runs(std::move(runs));
  }
  analysis::show_names(view.seen, opened.model.type_names(), opened.model.labels);
  view.level = view.seen.values.scale == metrics::MarkerScale::channels
                   ? metrics::MarkerLevel::both
                   : metrics::MarkerLevel::high;
  return view;
}

report::RunView run_view(const ViewRequest& request, const analysis::OverviewParts& parts,
                         const GlobalOptions& global, const std::vector<NamedFile>& outputs) {
  OpenedRun opened = open_run(request, global, outputs);
  return run_view(opened, request, parts, global);
}

}  // namespace mixvae::app
