#include "cluster/leiden.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "cluster/labels.hpp"

#ifdef MIXVAE_WITH_IGRAPH
#include <igraph.h>
#endif

namespace mixvae::cluster {

#ifdef MIXVAE_WITH_IGRAPH

namespace {

void check(igraph_error_t status) {
  if (status != IGRAPH_SUCCESS) {
    throw Bug(std::string("igraph refuses a valid graph: ") + igraph_strerror(status));
  }
}

/// Each pair of neighbours once, lower cell first, in rising order.
std::vector<std::pair<std::int32_t, std::int32_t>> undirected_edges(const Neighbours& graph) {
  std::vector<std::pair<std::int32_t, std::int32_t>> edges;
  edges.reserve(graph.cells.size());
  const auto cells =
      static_cast<std::int32_t>(graph.cells.size()) / static_cast<std::int32_t>(graph.k);
  for (std::int32_t cell = 0; cell < cells; ++cell) {
    for (const std::int32_t other : graph.of(cell)) {
      edges.emplace_back(std::min(cell, other), std::max(cell, other));
    }
  }
  std::ranges::sort(edges);
  const auto repeated = std::ranges::unique(edges);
  edges.erase(repeated.begin(), repeated.end());
  return edges;
}

/// Owns an igraph graph with its degrees.
class Graph {
 public:
  explicit Graph(const Neighbours& neighbours) {
    const auto edges = undirected_edges(neighbours);
    igraph_vector_int_t list;
    check(igraph_vector_int_init(&list, static_cast<igraph_integer_t>(2 * edges.size())));
    for (std::size_t e = 0; e < edges.size(); ++e) {
      VECTOR(list)[2 * e] = edges[e].first;
      VECTOR(list)[2 * e + 1] = edges[e].second;
    }
    const auto cells = static_cast<igraph_integer_t>(neighbours.cells.size()) / neighbours.k;
    check(igraph_create(&graph_, &list, cells, IGRAPH_UNDIRECTED));
    igraph_vector_int_destroy(&list);
    check(igraph_vector_init(&degrees_, 0));
    check(igraph_strength(&graph_, &degrees_, igraph_vss_all(), IGRAPH_ALL, IGRAPH_LOOPS, nullptr));
  }
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  ~Graph() {
    igraph_vector_destroy(&degrees_);
    igraph_destroy(&graph_);
  }

  /// One partition at a resolution.
  Leiden partition(double resolution, const LeidenOptions& options) const {
    igraph_rng_seed(igraph_rng_default(), options.seed & 0xFFFFFFFFU);
    igraph_vector_int_t membership;
    check(igraph_vector_int_init(&membership, 0));
    igraph_integer_t communities = 0;
    igraph_real_t quality = 0;
    const auto edges = static_cast<double>(igraph_ecount(&graph_));
    check(igraph_community_leiden(&graph_, nullptr, &degrees_, resolution / (2.0 * edges), 0.01,
                                  false, options.iterations, &membership, &communities, &quality));
    Leiden result;
    for (igraph_integer_t n = 0; n < igraph_vector_int_size(&membership); ++n) {
      result.labels.push_back(static_cast<std::int32_t>(VECTOR(membership)[n]));
    }
    igraph_vector_int_destroy(&membership);
    result.communities = communities;
    result.resolution = resolution;
    result.modularity = quality;
    return result;
  }

 private:
  igraph_t graph_{};
  igraph_vector_t degrees_{};
};

}  // namespace

bool has_leiden() { return true; }

Leiden leiden(const Neighbours& graph, const LeidenOptions& options) {
  const Index cells = static_cast<Index>(graph.cells.size()) / std::max<Index>(graph.k, 1);
  if (options.communities < 1 || options.communities > cells) {
    throw UsageError({.what = "Leiden cannot give this number of communities",
                      .found = std::to_string(options.communities) + " communities for " +
                               std::to_string(cells) + " cells"});
  }
  const Graph prepared(graph);
  double low = std::log(0.01);
  double high = std::log(50.0);
  Leiden best;
  for (int step = 0; step < options.steps && best.communities != options.communities; ++step) {
    const double middle = 0.5 * (low + high);
    Leiden found = prepared.partition(std::exp(middle), options);
    (found.communities < options.communities ? low : high) = middle;
    if (best.labels.empty() || std::abs(found.communities - options.communities) <
                                   std::abs(best.communities - options.communities)) {
      best = std::move(found);
    }
  }
  renumber(best.labels, numbers_by_size(best.labels, best.communities));
  return best;
}

#else

bool has_leiden() { return false; }

Leiden leiden(const Neighbours&, const LeidenOptions&) {
  throw UsageError({.what = "this build of mixvae leaves Leiden out",
                    .hint = "build with igraph (-DMIXVAE_IGRAPH=ON)"});
}

#endif

}  // namespace mixvae::cluster
