#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/abundance.hpp"
#include "analysis/assignment.hpp"
#include "analysis/cell_map.hpp"
#include "analysis/cell_properties.hpp"
#include "analysis/evaluation.hpp"
#include "analysis/marker_values.hpp"
#include "analysis/run_comparison.hpp"
#include "analysis/traversal.hpp"
#include "analysis/type_summary.hpp"
#include "cluster/type_tree.hpp"
#include "data/dataset.hpp"
#include "metrics/markers.hpp"

namespace mixvae::analysis {

/// A feature and its correlation with a state within types.
struct StateFeature {
  Index feature = 0;
  double correlation = 0;
};

/// What is gathered besides the assignment, the types' numbers and the scores.
struct OverviewParts {
  bool tree = true;
  bool map = true;
  bool values = true;   // those in which markers are looked for, to colour cells by
  bool markers = true;  // needs values
  bool properties = true;
  bool states = true;  // needs values
  bool traversal = true;
};

struct OverviewOptions {
  OverviewParts parts;
  CellMapOptions map;
  std::string labels;  // annotation to compare types with; or empty
  AbundanceOptions abundance;
  Index walked_types = 6;        // whose states are swept: the largest
  Index features_of_state = 20;  // strongest, for each state
  double minimum_found = 0.8;    // as of assign
  bool trust_values = false;
  bool unknown = false;  // cells unlike those of the fit (novelty above 1) have no type
};

/// What a run says of a data set, for figures and reports. Letters: N cells of the data set, n of
/// them with values, T types, S states, D features.
struct Overview {
  Assignment assignment;
  Index unknown = 0;               // cells that lost their type for being unlike those of the fit
  std::vector<TypeSummary> types;  // [T]
  std::vector<cluster::TypeFork> tree;  // of a sample with at least 30 cells of each type, or all
  CellMap map;
  Table cells;                        // [N] names and annotations
  MarkerValues values;                // x [n, D]; counts as ln(1 + 10,000 x / sum)
  std::vector<Index> value_rows;      // [N] row of values.x; -1: none. Empty without values
  metrics::MarkerStatistics markers;  // of the values before the logarithm
  std::vector<CellProperty> properties;
  std::vector<std::vector<StateFeature>> states;  // [S] by falling size of the correlation
  std::vector<std::vector<double>> agreement;     // [T][T] of arms; metrics::consensus_matrix
  std::optional<Traversal> traversal;    // of a model with states and a type with two cells
  std::optional<Index> image_width;      // pixels in a row, where the features are those of images
  std::optional<Evaluation> evaluation;  // where labels were named
  std::optional<Abundances> abundances;  // where samples are known
  std::optional<RunComparison> comparison;  // with other runs; set by those who know them
};

/// Applies a run to a data set and gathers all that is shown of it. Throws what assign, cell_map,
/// marker_values, evaluate and abundances
/// throw; InputError where the labels are not among the annotations.
Overview overview(fit::TrainedModel& model, Dataset dataset, const OverviewOptions& options);

/// Types appear everywhere with their labels: "T3 CD8 T cells". `types` [T]: their numbers;
/// `labels` [T], or empty.
void show_names(Overview& seen, const std::vector<std::string>& types,
                const std::vector<std::string>& labels);

}  // namespace mixvae::analysis
