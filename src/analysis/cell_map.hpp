#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "data/dataset.hpp"
#include "fit/trained_model.hpp"

namespace mixvae::analysis {

/// How cells are laid out on a plane.
struct CellMapOptions {
  std::string map = "umap";
  std::int64_t most_cells = 50000;
  std::uint64_t seed = 0;
};

/// Those of a command, without the seed, which is everybody's.
Options options(CellMapOptions& map);

/// Cells on a plane.
struct CellMap {
  std::string title;         // "UMAP", "principal components", the name of an embedding
  std::vector<Index> cells;  // [n] rows of the data set, rising
  DenseMatrix places;        // [n, 2]
};

/// Throws UsageError where the options name an embedding that the data set does not hold, or that
/// has one column.
void require_map(const Dataset& dataset, const CellMapOptions& options);

/// A map of the given cells of a data set, which a model takes: UMAP or the first two principal
/// components of what it reads (UMAP of 50 components where it reads more than 200 values of a
/// cell), or the first two columns of an embedding that is stored with the cells. Of more than
/// most_cells a random sample is laid out; cells without finite coordinates are not on the map.
/// Throws what require_map throws, InputError where fewer than three cells are left.
CellMap cell_map(const fit::TrainedModel& model, const Dataset& dataset, std::vector<Index> cells,
                 const CellMapOptions& options);

}  // namespace mixvae::analysis
