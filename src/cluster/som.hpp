#pragma once

#include <cstdint>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::cluster {

struct SomOptions {
  Index width = 10;  // of the grid of nodes
  Index height = 10;
  Index passes = 10;  // over as many cells as there are
  std::uint64_t seed = 0;
};

/// Distances of the grid's nodes [n,n]: the larger of the steps in both directions.
std::vector<double> grid_distances(Index width, Index height);

/// The nodes' values [n,d] after each picked cell has pulled the node nearest to it and that node's
/// neighbourhood towards itself: by a learning rate that falls linearly from 0.05 to 0.01, within a
/// radius that falls linearly from the 0.67 quantile of the grid's distances to 0 (below 1 only the
/// node itself moves). Ends early after a pass in which all values together moved by less than 1.
DenseMatrix train_som(const DenseMatrix& x, DenseMatrix nodes, const std::vector<Index>& picks,
                      const SomOptions& options);

/// A self-organising map of the rows of x [N,d] (Kohonen, Proc. IEEE 78, 1990; the schedule is
/// FlowSOM's), from random cells as nodes (repeated where there are fewer cells). [n,d].
DenseMatrix self_organising_map(const DenseMatrix& x, const SomOptions& options);

}  // namespace mixvae::cluster
