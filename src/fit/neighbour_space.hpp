#pragma once

#include <cstdint>
#include <string>

#include "base/options.hpp"
#include "data/dataset.hpp"
#include "data/prepare/preprocessing.hpp"

namespace mixvae::fit {

/// Where neighbours and starting types are found.
struct NeighbourSpaceOptions {
  std::string space = "pca";
  bool straighten = false;
  std::int64_t umap_neighbours = 15;
  std::string umap_input = "pca";
  std::string umap_metric = "euclidean";
  double umap_min_dist = 0.1;
};

Options options(NeighbourSpaceOptions& space);

/// Whether --neighbour-space names an embedding that comes with the cells.
bool is_stored_embedding(const std::string& space);

/// Whether coordinates are made of principal components.
bool read_components(const NeighbourSpaceOptions& options);

/// Whether coordinates take long enough to compute to be kept.
bool are_costly(const NeighbourSpaceOptions& options);

/// Coordinates [N, d] of the prepared cells in the space that the options name. `scores` [N, k] are
/// the prepared values' principal components, read where read_components(); with straightened
/// images, as many components are taken of those instead. Throws UsageError for an embedding that
/// the data set does not hold, InputError for one that lacks numbers of a kept cell, and where
/// images are to be straightened and cells are none.
DenseMatrix neighbour_coordinates(const NeighbourSpaceOptions& options, const Dataset& dataset,
                                  const Prepared& prepared, const DenseMatrix& scores,
                                  std::uint64_t seed);

}  // namespace mixvae::fit
