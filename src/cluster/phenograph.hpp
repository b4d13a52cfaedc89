#pragma once

#include <cstdint>
#include <vector>

#include "base/options.hpp"
#include "cluster/communities.hpp"

namespace mixvae::cluster {

/// Defaults of the authors' program.
struct PhenographOptions {
  Index neighbours = 30;  // of the graph; fewer where there are not so many other cells
  std::string metric = "euclidean";
  Index smallest = 10;  // communities with fewer cells become -1
  Index runs = 20;      // of Louvain; the best modularity is kept
  std::uint64_t seed = 0;
};

/// Those of this method alone; analysis/clustering_options declares what several methods share.
Options options(PhenographOptions& settings);

/// The links of nearest neighbours i -> j with weight |N(i) & N(j)| / |N(i) | N(j)| (Jaccard
/// coefficient of the two neighbour lists), averaged over both directions; weights of 0 are left
/// out.
std::vector<Link> jaccard_links(const Neighbours& graph);

/// Louvain communities of the Jaccard graph of the rows of x [N,d] (Levine et al., Cell 162, 2015).
/// Labels -1 for cells in communities that are too small. Throws what nearest_neighbours throws,
/// and UsageError when this build leaves igraph out. One cell is one community.
Communities phenograph(const DenseMatrix& x, const PhenographOptions& options);

}  // namespace mixvae::cluster
