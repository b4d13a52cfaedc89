#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cluster/knn.hpp"

namespace mixvae::cluster {

/// A partition of a graph's nodes.
struct Communities {
  std::vector<std::int32_t>
      labels;             // [N], communities numbered by falling size, ties by their first cell
  Index communities = 0;  // how many there are
  double resolution = 0;
  double modularity = 0;  // at that resolution
};

/// An undirected link, a < b.
struct Link {
  std::int32_t a = 0;
  std::int32_t b = 0;
  double weight = 1;
};

/// Each pair of neighbours once, with weight 1, in rising order.
std::vector<Link> undirected_links(const Neighbours& graph);

/// Whether this build can find communities: they stand on igraph, which is under the GPL, so it can
/// be left out (MIXVAE_IGRAPH=OFF).
bool has_communities();

/// The version of igraph that this build has; empty where it has none.
std::string igraph_version();

/// A weighted graph in the form in which it is partitioned. The constructor throws UsageError
/// naming the method where the build has no igraph.
class CommunityGraph {
 public:
  CommunityGraph(const std::string& method, Index nodes, const std::vector<Link>& links);
  ~CommunityGraph();
  CommunityGraph(const CommunityGraph&) = delete;
  CommunityGraph& operator=(const CommunityGraph&) = delete;

  Index nodes() const;
  /// Modularity with a resolution by Leiden's rounds. Numbered as igraph numbers.
  Communities leiden(double resolution, int rounds, std::uint64_t seed) const;
  /// The same by Louvain's levels.
  Communities louvain(double resolution, std::uint64_t seed) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// The partition whose number of communities is nearest to the wanted one, by bisection over the
/// logarithm of the resolution, from 0.01 to 50; numbered by falling size. Throws UsageError for
/// more communities than nodes.
Communities with_number(
    const CommunityGraph& graph, Index communities, int steps,
    const std::function<Communities(const CommunityGraph&, double resolution)>& partition);

}  // namespace mixvae::cluster
