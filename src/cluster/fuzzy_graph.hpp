#pragma once

#include "cluster/knn.hpp"
#include "data/matrix.hpp"

namespace mixvae::cluster {

/// How distances to one cell's neighbours become memberships: those up to rho count fully, the
/// others exp(-(d - rho) / sigma).
struct NeighbourScale {
  float rho = 0;
  float sigma = 1;
};

/// The scale of each cell (McInnes, Healy, Melville, arXiv 1802.03426, algorithm 3): rho is the
/// smallest distance above 0, sigma makes the memberships of the k
/// neighbours sum to log2(k + 1), within 1e-5 or 64 bisections. sigma is at least 1e-3 of the mean
/// distance of the cell (of all cells where rho = 0). [N]
std::vector<NeighbourScale> neighbour_scales(const Neighbours& graph);

/// Membership of each listed neighbour, in (0, 1], [N,k].
std::vector<float> memberships(const Neighbours& graph, const std::vector<NeighbourScale>& scales);

/// The fuzzy union of the neighbourhoods: weights w + w' - w w' of the membership w of a in b's
/// neighbourhood and w' of b in a's. Symmetric [N,N], without diagonal.
CsrMatrix fuzzy_union(const Neighbours& graph, const std::vector<float>& membership);

}  // namespace mixvae::cluster
