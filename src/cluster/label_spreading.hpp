#pragma once

#include <vector>

#include "cluster/knn.hpp"

namespace mixvae::cluster {

/// The types of all cells [N] from those of some: label spreading along the neighbour graph (Zhou
/// et al., NIPS 2004). `known` [N] in [0, K), -1 where nothing is known. With the graph A that
/// links two cells where either is among the other's nearest (as many as `graph` has) and S =
/// D^-1/2 A D^-1/2, F = sum_t 0.9^t S^t Y over 30 steps; a cell takes the type of its largest
/// entry, the lowest of equal ones, -1 where no known cell is within reach. The same for any number
/// of threads.
std::vector<std::int32_t> spread_labels(const Neighbours& graph,
                                        const std::vector<std::int32_t>& known, Index types);

/// The types that cells get when theirs is hidden: the known cells of each type are dealt to five
/// parts in turn, and each part is told by the other four. -1 for cells whose type is not known, or
/// known of no other cell, and where no known cell is within reach.
std::vector<std::int32_t> held_out_labels(const Neighbours& graph,
                                          const std::vector<std::int32_t>& known, Index types);

}  // namespace mixvae::cluster
