#pragma once

#include <string>
#include <vector>

#include "analysis/overview.hpp"
#include "app/command.hpp"
#include "app/output_files.hpp"
#include "app/run_input.hpp"
#include "report/run_report.hpp"

namespace mixvae::app {

/// A run and data to look at.
struct ViewRequest {
  std::string run;
  std::string input;
  std::string labels = {};
  std::vector<std::string> compare = {};  // other runs of the same data
  std::string color = "type";             // of the map
  analysis::CellMapOptions map = {};
  analysis::AbundanceOptions abundance = {};
  RunInput data = {};
};

/// Arguments RUN and INPUT of a command.
Options view_arguments(ViewRequest& request);

/// --labels, --compare, the samples' and the map's options, for the common ones of a command.
Options view_options(ViewRequest& request);

/// A run's model and the data that it is to be applied to.
struct OpenedRun {
  fit::TrainedModel model;
  Dataset dataset;
};

/// Reads both, and checks labels, samples, map and colour before the long work, and that no output
/// is among the files of the run or the data. Throws what reading the run and the data throws.
OpenedRun open_run(const ViewRequest& request, const GlobalOptions& global,
                   const std::vector<NamedFile>& outputs);

/// What report, plot and explore show, as far as the parts are wanted; takes the data. Cells unlike
/// those of the fit have no type where the data are others. Throws what analysis::overview throws.
report::RunView run_view(OpenedRun& opened, const ViewRequest& request,
                         const analysis::OverviewParts& parts, const GlobalOptions& global);

/// Both in one.
report::RunView run_view(const ViewRequest& request, const analysis::OverviewParts& parts,
                         const GlobalOptions& global, const std::vector<NamedFile>& outputs);

}  // namespace mixvae::app
