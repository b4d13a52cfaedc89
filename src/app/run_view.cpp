#include "app/run_view.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/run_directory.hpp"
#include "app/version.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
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

std::string name_of(const std::string& path) {
  const std::filesystem::path whole = std::filesystem::path(path).lexically_normal();
  return whole.has_filename() ? whole.filename().string() : whole.parent_path().filename().string();
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
               .placeholder = "COLUMN"}};
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
  view.name = name_of(request.run);
  view.input = request.input;
  view.model = opened.model.model;
  view.settings = text_of(request.run + "/" + kConfigName);
  view.version = std::string(version());
  const std::string history = request.run + "/history.csv";
  if (std::filesystem::exists(history)) {
    view.history = training::history_of_csv(text_of(history), history);
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
  view.seen = analysis::overview(opened.model, std::move(opened.dataset), options);
  for (const std::string& note : view.seen.assignment.notes) {
    log_info(note);
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
