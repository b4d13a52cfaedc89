#pragma once

#include <string>
#include <vector>

#include "analysis/overview.hpp"
#include "fit/pruning.hpp"
#include "metrics/markers.hpp"
#include "report/figure.hpp"
#include "training/history.hpp"

namespace mixvae::report {

/// Everything that a report or a figure of a run is made from.
struct RunView {
  std::string run;                        // its folder, as it was given
  std::string name;                       // of the run: the folder's last part
  std::string input;                      // the data, as they were given
  std::string model;                      // "cpl-mixvae"
  std::string settings;                   // the run's config.toml
  std::string version;                    // of this program
  training::History history;              // without epochs: nothing is said of the training
  std::vector<fit::PruningRound> rounds;  // the curve over the number of types; or empty
  analysis::Overview seen;
  metrics::MarkerLevel level = metrics::MarkerLevel::high;
};

/// Names of the figures that can be drawn of any run, in the order of the report.
const std::vector<std::string>& figure_names();

/// One of them; the map by `color` (report/cell_colors.hpp). Throws UsageError for one that this
/// run does not have (without known labels no confusion, with one type no tree, without a history
/// no learning curves, ...) and for a colour that there is not.
Figure figure_of(const RunView& view, const std::string& name, const std::string& color = "type");

/// Whether figure_of can draw it.
bool has_figure(const RunView& view, const std::string& name);

/// One sentence on what was found: types, cells, how sure.
std::string lead_of(const RunView& view);

/// The report: one self-contained HTML page that says whether the training converged, how many
/// types there are and how sure they are, what each type is, what states do, how types agree with
/// known labels, and what was run.
std::string run_report(const RunView& view);

}  // namespace mixvae::report
