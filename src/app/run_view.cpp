#include "app/run_view.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "analysis/overview.hpp"
#include "app/output_files.hpp"
#include "app/run_directory.hpp"
#include "app/version.hpp"
#include "base/log.hpp"

namespace mixvae::app {
namespace {

/// The text of a file; empty where there is none.
std::string text_of(const std::string& path) {
  std::ostringstream text;
  const std::ifstream file(path, std::ios::binary);
  if (file) {
    text << file.rdbuf();
  }
  return text.str();
}

std::string name_of(const std::string& path) {
  const std::filesystem::path whole = std::filesystem::path(path).lexically_normal();
  return whole.has_filename() ? whole.filename().string() : whole.parent_path().filename().string();
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
  for (Option& option : analysis::options(request.map)) {
    all.push_back(std::move(option));
  }
  return all;
}

report::RunView run_view(const ViewRequest& request, const GlobalOptions& global,
                         const std::string& out) {
  require_finished_run(request.run);
  fit::TrainedModel model = load_run(request.run, global);
  Dataset dataset = read_for_run(request.input, request.data.read, &model.preprocessing);
  require_separate(request.run, dataset, request.data.read, {{"--out", out}});
  report::RunView view;
  view.run = name_of(request.run);
  view.input = name_of(request.input);
  view.model = model.model;
  view.settings = text_of(request.run + "/" + kConfigName);
  view.version = std::string(kVersion);
  const std::string history = request.run + "/history.csv";
  if (const std::string text = text_of(history); !text.empty()) {
    view.history = training::history_of_csv(text, history);
  }
  analysis::OverviewOptions options;
  options.map = request.map;
  options.map.seed = static_cast<std::uint64_t>(global.seed);
  options.labels = request.labels;
  options.minimum_found = request.data.least_shared;
  options.trust_values = request.data.trust_values;
  view.seen = analysis::overview(model, std::move(dataset), options);
  for (const std::string& note : view.seen.assignment.notes) {
    log_info(note);
  }
  view.level = view.seen.markers.scale == metrics::MarkerScale::channels
                   ? metrics::MarkerLevel::both
                   : metrics::MarkerLevel::high;
  return view;
}

}  // namespace mixvae::app
