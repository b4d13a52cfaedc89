#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"
#include "report/figures/abundance_figure.hpp"
#include "report/figures/confusion_figure.hpp"
#include "report/figures/consensus_figure.hpp"
#include "report/figures/image_traversal.hpp"
#include "report/figures/learning_curves.hpp"
#include "report/figures/map_figure.hpp"
#include "report/figures/marker_figure.hpp"
#include "report/figures/pruning_figure.hpp"
#include "report/figures/run_figures.hpp"
#include "report/figures/traversal_figure.hpp"
#include "report/figures/type_sizes.hpp"
#include "report/figures/type_tree_figure.hpp"
#include "report/run_report.hpp"

namespace mixvae::report {
namespace {

constexpr Index kFeaturesOfWalk = 8;

std::vector<Index> order_of_types(const analysis::Overview& seen) {
  if (!seen.tree.empty()) {
    return cluster::leaf_order(seen.tree);
  }
  std::vector<Index> order(seen.types.size());
  std::iota(order.begin(), order.end(), 0);
  return order;
}

/// What a run lacks that has not this figure; empty: nothing.
std::string lacking(const RunView& view, const std::string& name) {
  if (name == "learning-curves" && view.history.epochs.empty()) {
    return "a history of the training (history.csv in the run)";
  }
  if (name == "type-tree" && view.seen.tree.empty()) {
    return "more than one type";
  }
  if (name == "markers" && view.seen.markers.types == 0) {
    return "cells with a type";
  }
  if (name == "traversal" && !view.seen.traversal) {
    return "a model with states, and a type with two cells";
  }
  if (name == "consensus" && view.seen.agreement.empty()) {
    return "a model of two arms or more";
  }
  if (name == "pruning" && view.rounds.size() < 2) {
    return "rounds that removed types (mixvae fit --prune yes)";
  }
  if (name == "abundances" && !view.seen.abundances) {
    return "samples (--sample COLUMN)";
  }
  if (name == "abundances" && view.seen.abundances->samples.empty()) {
    return "samples with cells that have a type, and conditions where these are named";
  }
  if ((name == "run-agreement" || name == "type-stability") && !view.seen.comparison) {
    return "other runs of the same data (--compare RUN,RUN,...)";
  }
  if (name == "confusion" && !view.seen.evaluation) {
    return "known labels (--labels COLUMN)";
  }
  return {};
}

}  // namespace

const std::vector<std::string>& figure_names() {
  static const std::vector<std::string> kNames{
      "learning-curves", "map",       "type-sizes", "type-tree",     "consensus",      "pruning",
      "markers",         "traversal", "abundances", "run-agreement", "type-stability", "confusion"};
  return kNames;
}

bool has_figure(const RunView& view, const std::string& name) {
  return lacking(view, name).empty();
}

Figure figure_of(const RunView& view, const std::string& name, const std::string& color) {
  if (const std::string lack = lacking(view, name); !lack.empty()) {
    throw UsageError({.what = "there is nothing to draw for the figure '" + name + "'",
                      .where = view.run,
                      .expected = lack});
  }
  const analysis::Overview& seen = view.seen;
  if (name == "learning-curves") {
    return learning_curves(view.history);
  }
  if (name == "map") {
    return map_figure(seen.map, cell_colors_named(seen, color));
  }
  if (name == "type-sizes") {
    return type_sizes(seen.types);
  }
  if (name == "type-tree") {
    return type_tree_figure(seen.tree, seen.assignment.type_names);
  }
  if (name == "markers") {
    return marker_figure({seen.markers, seen.assignment.type_names, seen.values.names, view.level},
                         order_of_types(seen));
  }
  if (name == "consensus") {
    return consensus_figure(seen.agreement, seen.assignment.type_names, order_of_types(seen));
  }
  if (name == "pruning") {
    return pruning_figure(view.rounds);
  }
  if (name == "traversal" && seen.traversal) {
    return seen.image_width ? image_traversal_figure(*seen.traversal, *seen.image_width)
                            : traversal_figure(*seen.traversal, kFeaturesOfWalk);
  }
  if (name == "abundances" && seen.abundances) {
    return abundance_figure(*seen.abundances, seen.assignment.type_names);
  }
  if (name == "run-agreement" && seen.comparison) {
    return run_agreement(*seen.comparison);
  }
  if (name == "type-stability" && seen.comparison) {
    return type_stability(*seen.comparison);
  }
  if (name == "confusion" && seen.evaluation) {
    return confusion_figure(*seen.evaluation, seen.assignment.type_names);
  }
  throw UsageError({.what = "no figure of this name",
                    .found = "'" + name + "'",
                    .expected = join(figure_names(), ", ")});
}

}  // namespace mixvae::report
