#pragma once

#include <cstdint>
#include <vector>

#include "cluster/knn.hpp"

namespace mixvae::cluster {

struct LeidenOptions {
  Index communities = 8;  // the resolution is searched until the partition has so many, >= 1
  int iterations = 5;     // Leiden rounds of each partition
  int steps = 25;         // bisection steps over the logarithm of the resolution, from 0.01 to 50
  std::uint64_t seed = 0;
};

struct Leiden {
  std::vector<std::int32_t>
      labels;             // [N], communities numbered by falling size, ties by their first cell
  Index communities = 0;  // how many there are: the number nearest to the wanted one that was met
  double resolution = 0;
  double modularity = 0;  // of the partition at that resolution
};

/// Whether this build holds Leiden: it stands on igraph, which is under the GPL, so it can be left
/// out (MIXVAE_IGRAPH=OFF).
bool has_leiden();

/// Communities of the undirected, unweighted union of nearest-neighbour lists by modularity with a
/// resolution (Traag, Waltman, van Eck, Sci. Rep. 9, 2019). The resolution is searched by
/// bisection. Throws UsageError when this build leaves igraph out or there are more communities
/// than cells.
Leiden leiden(const Neighbours& graph, const LeidenOptions& options);

}  // namespace mixvae::cluster
