#include "cluster/communities.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "cluster/labels.hpp"

#ifdef MIXVAE_WITH_IGRAPH
#include <igraph.h>
#endif

namespace mixvae::cluster {

std::vector<Link> undirected_links(const Neighbours& graph) {
  std::vector<std::pair<std::int32_t, std::int32_t>> pairs;
  pairs.reserve(graph.cells.size());
  const auto cells =
      static_cast<std::int32_t>(graph.cells.size()) / static_cast<std::int32_t>(graph.k);
  for (std::int32_t cell = 0; cell < cells; ++cell) {
    for (const std::int32_t other : graph.of(cell)) {
      pairs.emplace_back(std::min(cell, other), std::max(cell, other));
    }
  }
  std::ranges::sort(pairs);
  const auto repeated = std::ranges::unique(pairs);
  pairs.erase(repeated.begin(), repeated.end());
  std::vector<Link> links;
  links.reserve(pairs.size());
  for (const auto& [a, b] : pairs) {
    links.push_back({a, b, 1});
  }
  return links;
}

Communities with_number(
    const CommunityGraph& graph, Index communities, int steps,
    const std::function<Communities(const CommunityGraph&, double resolution)>& partition) {
  if (communities < 1 || communities > graph.nodes()) {
    throw UsageError({.what = "a graph cannot be divided into this number of communities",
                      .found = std::to_string(communities) + " communities for " +
                               std::to_string(graph.nodes()) + " cells"});
  }
  double low = std::log(0.01);
  double high = std::log(50.0);
  Communities best;
  for (int step = 0; step < steps && best.communities != communities; ++step) {
    const double middle = 0.5 * (low + high);
    Communities found = partition(graph, std::exp(middle));
    (found.communities < communities ? low : high) = middle;
    if (best.labels.empty() ||
        std::abs(found.communities - communities) < std::abs(best.communities - communities)) {
      best = std::move(found);
    }
  }
  renumber(best.labels, numbers_by_size(best.labels, best.communities));
  return best;
}

#ifdef MIXVAE_WITH_IGRAPH

namespace {

void check_igraph(igraph_error_t status) {
  if (status != IGRAPH_SUCCESS) {
    throw Bug(std::string("igraph refuses a valid graph: ") + igraph_strerror(status));
  }
}

/// Owns a vector of whole numbers.
class IntVector {
 public:
  explicit IntVector(std::size_t size = 0) {
    check_igraph(igraph_vector_int_init(&vector, static_cast<igraph_integer_t>(size)));
  }
  IntVector(const IntVector&) = delete;
  IntVector& operator=(const IntVector&) = delete;
  ~IntVector() { igraph_vector_int_destroy(&vector); }

  std::vector<std::int32_t> labels() const {
    std::vector<std::int32_t> result;
    for (igraph_integer_t n = 0; n < igraph_vector_int_size(&vector); ++n) {
      result.push_back(static_cast<std::int32_t>(VECTOR(vector)[n]));
    }
    return result;
  }

  igraph_vector_int_t vector{};
};

/// Owns a vector of numbers.
class RealVector {
 public:
  explicit RealVector(std::size_t size = 0) {
    check_igraph(igraph_vector_init(&vector, static_cast<igraph_integer_t>(size)));
  }
  RealVector(const RealVector&) = delete;
  RealVector& operator=(const RealVector&) = delete;
  ~RealVector() { igraph_vector_destroy(&vector); }

  igraph_vector_t vector{};
};

}  // namespace

struct CommunityGraph::Parts {
  Parts(Index node_count, const std::vector<Link>& links)
      : nodes(node_count), weights(links.size()) {
    const IntVector list(2 * links.size());
    for (std::size_t e = 0; e < links.size(); ++e) {
      VECTOR(list.vector)[2 * e] = links[e].a;
      VECTOR(list.vector)[2 * e + 1] = links[e].b;
      VECTOR(weights.vector)[e] = links[e].weight;
      total += links[e].weight;
    }
    check_igraph(igraph_create(&graph, &list.vector, nodes, IGRAPH_UNDIRECTED));
    check_igraph(igraph_strength(&graph, &strengths.vector, igraph_vss_all(), IGRAPH_ALL,
                                 IGRAPH_LOOPS, &weights.vector));
  }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  ~Parts() { igraph_destroy(&graph); }

  Index nodes;
  igraph_t graph{};
  RealVector weights;
  RealVector strengths;
  double total = 0;  // sum of the weights
};

bool has_communities() { return true; }

std::string igraph_version() { return IGRAPH_VERSION; }

CommunityGraph::CommunityGraph(const std::string&, Index nodes, const std::vector<Link>& links)
    : parts_(std::make_unique<Parts>(nodes, links)) {}
CommunityGraph::~CommunityGraph() = default;

Index CommunityGraph::nodes() const { return parts_->nodes; }

Communities CommunityGraph::leiden(double resolution, int rounds, std::uint64_t seed) const {
  igraph_rng_seed(igraph_rng_default(), seed & 0xFFFFFFFFU);
  IntVector membership;
  igraph_integer_t communities = 0;
  igraph_real_t quality = 0;
  check_igraph(igraph_community_leiden(&parts_->graph, &parts_->weights.vector,
                                       &parts_->strengths.vector,
                                       resolution / (2.0 * parts_->total), 0.01, false, rounds,
                                       &membership.vector, &communities, &quality));
  return {membership.labels(), communities, resolution, quality};
}

Communities CommunityGraph::louvain(double resolution, std::uint64_t seed) const {
  igraph_rng_seed(igraph_rng_default(), seed & 0xFFFFFFFFU);
  IntVector membership;
  RealVector modularity;
  check_igraph(igraph_community_multilevel(&parts_->graph, &parts_->weights.vector, resolution,
                                           &membership.vector, nullptr, &modularity.vector));
  Communities found{membership.labels(), 0, resolution, igraph_vector_max(&modularity.vector)};
  found.communities = *std::ranges::max_element(found.labels) + 1;
  return found;
}

#else

struct CommunityGraph::Parts {};

bool has_communities() { return false; }

std::string igraph_version() { return {}; }

CommunityGraph::CommunityGraph(const std::string& method, Index, const std::vector<Link>&) {
  throw UsageError({.what = "this build of mixvae leaves " + method + " out",
                    .hint = "build with igraph (-DMIXVAE_IGRAPH=ON)"});
}
CommunityGraph::~CommunityGraph() = default;

Index CommunityGraph::nodes() const { return 0; }
Communities CommunityGraph::leiden(double, int, std::uint64_t) const { return {}; }
Communities CommunityGraph::louvain(double, std::uint64_t) const { return {}; }

#endif

}  // namespace mixvae::cluster
