#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/assignment.hpp"
#include "base/options.hpp"
#include "data/dataset.hpp"
#include "data/prepare/preprocessing.hpp"
#include "metrics/group_mmd.hpp"

namespace mixvae::analysis {

/// How groups of cells are compared.
struct ComparisonOptions {
  std::string space = "auto";
  std::int64_t components = 50;
  std::int64_t cells = 500;
  std::int64_t permutations = 1000;
  std::optional<double> bandwidth = {};
  PreprocessingOptions preprocessing = {};  // of the spaces pca and features
};

/// Without those of the preprocessing.
Options options(ComparisonOptions& comparison);

/// Coordinates x [n,d] of the cells [n] of a data set that have any.
struct CellCoordinates {
  DenseMatrix x;
  std::vector<Index> cells;
};

/// The latent codes of the cells that have a type.
CellCoordinates latent_coordinates(const Assignment& assignment);

/// The cells in the space that the options name: principal components (pca, auto) or values
/// (features) of the cells prepared as for a fit, else an embedding that is stored with them, whose
/// cells with a coordinate that is no number are left out. What the preparation noticed goes to
/// `notes`. Throws UsageError for an embedding that the data set does not hold, and what the
/// preprocessing throws.
CellCoordinates cell_coordinates(const Dataset& dataset, const ComparisonOptions& options,
                                 std::uint64_t seed, std::vector<std::string>& notes);

/// MMD tests between all groups of cells and between random halves of each.
struct GroupComparison {
  std::vector<std::string> names;  // of the groups
  std::vector<std::string> small;  // groups of fewer than metrics::kComparedCells cells: no tests
  std::vector<metrics::GroupMmd> tests;
  metrics::GroupMmdSummary summary;
};

/// Compares the groups [N of the data set] of the cells that have coordinates. Throws what
/// metrics::group_mmd throws.
GroupComparison compare_groups(const CellCoordinates& coordinates, const Categorical& groups,
                               const ComparisonOptions& options, std::uint64_t seed);

}  // namespace mixvae::analysis
