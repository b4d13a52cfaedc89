#pragma once

#include <string>

#include "analysis/cell_map.hpp"
#include "app/command.hpp"
#include "app/run_input.hpp"
#include "report/run_report.hpp"

namespace mixvae::app {

/// A run and data to look at.
struct ViewRequest {
  std::string run;
  std::string input;
  std::string labels = {};
  analysis::CellMapOptions map = {};
  RunInput data = {};
};

/// Arguments RUN and INPUT of a command.
Options view_arguments(ViewRequest& request);

/// --labels and the map's options, for the common ones of a command.
Options view_options(ViewRequest& request);

/// What report and plot draw. Outputs must not be among the files of the run or the data
/// (`outputs`). Throws what reading the run and the data throws, and what analysis::overview does.
report::RunView run_view(const ViewRequest& request, const GlobalOptions& global,
                         const std::string& out);

}  // namespace mixvae::app
