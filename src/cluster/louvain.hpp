#pragma once

#include <cstdint>
#include <optional>

#include "base/options.hpp"
#include "cluster/communities.hpp"

namespace mixvae::cluster {

struct LouvainOptions {
  double resolution = 1;
  std::optional<Index> communities = {};  // when given, the resolution is searched
  std::uint64_t seed = 0;
};

Options options(LouvainOptions& settings);

/// Communities of the undirected, unweighted union of nearest-neighbour lists by modularity with a
/// resolution (Blondel, Guillaume, Lambiotte, Lefebvre, J. Stat. Mech. 2008). Throws UsageError as
/// leiden does.
Communities louvain(const Neighbours& graph, const LouvainOptions& options);

}  // namespace mixvae::cluster
