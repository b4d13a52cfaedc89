#pragma once

#include <cstdint>
#include <optional>

#include "cluster/communities.hpp"

namespace mixvae::cluster {

struct LeidenOptions {
  Index communities = 8;  // the resolution is searched until the partition has so many, >= 1
  int iterations = 5;     // Leiden rounds of each partition
  int steps = 25;         // bisection steps over the logarithm of the resolution, from 0.01 to 50
  std::uint64_t seed = 0;
  std::optional<double> resolution = {};  // when given, nothing is searched
};

using Leiden = Communities;

/// Whether this build holds Leiden (has_communities).
bool has_leiden();

/// Communities of the undirected, unweighted union of nearest-neighbour lists by modularity with a
/// resolution (Traag, Waltman, van Eck, Sci. Rep. 9, 2019). The resolution is searched by
/// bisection, unless given. Throws UsageError when this build leaves igraph out or there are more
/// communities than cells.
Leiden leiden(const Neighbours& graph, const LeidenOptions& options);

}  // namespace mixvae::cluster
