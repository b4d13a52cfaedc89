#include "cluster/louvain.hpp"

#include "cluster/labels.hpp"

namespace mixvae::cluster {
namespace {

constexpr int kLouvainSteps = 25;

}  // namespace

Options options(LouvainOptions& settings) {
  return {{.name = "resolution",
           .target = &settings.resolution,
           .meaning = "resolution of louvain and leiden: higher gives more, smaller clusters; "
                      "searched where --types gives their number",
           .minimum = 1e-6,
           .maximum = 1e6}};
}

Communities louvain(const Neighbours& graph, const LouvainOptions& options) {
  const CommunityGraph prepared("Louvain", static_cast<Index>(graph.cells.size()) / graph.k,
                                undirected_links(graph));
  const auto partition = [&options](const CommunityGraph& g, double resolution) {
    return g.louvain(resolution, options.seed);
  };
  if (options.communities) {
    return with_number(prepared, *options.communities, kLouvainSteps, partition);
  }
  Communities found = partition(prepared, options.resolution);
  renumber(found.labels, numbers_by_size(found.labels, found.communities));
  return found;
}

}  // namespace mixvae::cluster
