#pragma once

#include <cstdint>

#include "metrics/contingency.hpp"

namespace mixvae::metrics {

struct SilhouetteOptions {
  Index most_cells = 20000;  // above this many labelled cells, a random sample of so many is used
  std::uint64_t seed = 0;
};

struct Silhouette {
  double mean = 0;  // over cells, in [-1,1]
  Index cells = 0;  // labelled cells in use
};

/// Silhouette of a clustering of the rows of x [N,d] in Euclidean distance, over cells with a
/// label, exact for these cells: (b - a) / max(a, b) with a the mean distance to the own cluster
/// and b to the nearest other one; 0 for a cell alone in its cluster (Rousseeuw, J. Comput. Appl.
/// Math. 20, 1987). Same bits for any number of threads. Throws InputError unless the cells in use
/// have at least two clusters and fewer clusters than cells; Bug when the lengths differ.
Silhouette silhouette(const DenseMatrix& x, Labels labels, const SilhouetteOptions& options = {});

}  // namespace mixvae::metrics
