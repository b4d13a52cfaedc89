#include "cluster/leiden.hpp"

#include "cluster/labels.hpp"

namespace mixvae::cluster {

bool has_leiden() { return has_communities(); }

Leiden leiden(const Neighbours& graph, const LeidenOptions& options) {
  const CommunityGraph prepared("Leiden", static_cast<Index>(graph.cells.size()) / graph.k,
                                undirected_links(graph));
  if (options.resolution) {
    Leiden found = prepared.leiden(*options.resolution, options.iterations, options.seed);
    renumber(found.labels, numbers_by_size(found.labels, found.communities));
    return found;
  }
  return with_number(prepared, options.communities, options.steps,
                     [&options](const CommunityGraph& g, double resolution) {
                       return g.leiden(resolution, options.iterations, options.seed);
                     });
}

}  // namespace mixvae::cluster
