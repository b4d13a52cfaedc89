#include "cluster/hnsw.hpp"

#include <algorithm>
#include <memory>

// hnswlib's prefetches read one link past the end of a full list.
#define NO_MANUAL_VECTORIZATION
#include <hnswlib/hnswlib.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cluster/found_cell.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kCellsPerGraph = 20000;
constexpr Index kMostGraphs = 16;
constexpr std::size_t kLinks = 16;
constexpr std::size_t kBuildBreadth = 48;  // candidates kept while a cell is put in
constexpr Index kSearchBreadth = 48;       // at least so many candidates while searching
constexpr Index kQueryGrain = 64;

/// The metric as hnswlib wants it.
template <Metric metric>
class HnswSpace : public hnswlib::SpaceInterface<float> {
 public:
  explicit HnswSpace(Index columns) : columns_(static_cast<std::size_t>(columns)) {}
  std::size_t get_data_size() override { return columns_ * sizeof(float); }
  hnswlib::DISTFUNC<float> get_dist_func() override { return distance; }
  void* get_dist_func_param() override { return &columns_; }

 private:
  static float distance(const void* a, const void* b, const void* columns) {
    const std::size_t count = *static_cast<const std::size_t*>(columns);
    return raw_distance(metric, {static_cast<const float*>(a), count},
                        {static_cast<const float*>(b), count});
  }

  std::size_t columns_;
};

std::unique_ptr<hnswlib::SpaceInterface<float>> space_of(Metric metric, Index columns) {
  if (metric == Metric::manhattan) {
    return std::make_unique<HnswSpace<Metric::manhattan>>(columns);
  }
  MIXVAE_ASSERT(metric == Metric::canberra, "a graph is searched in two metrics");
  return std::make_unique<HnswSpace<Metric::canberra>>(columns);
}

/// Graph g of G holds rows g, g + G, g + 2 G, ...
class Graph {
 public:
  Graph(const DenseMatrix& x, Index first, Index step, Metric metric, std::uint64_t seed)
      : space_(space_of(metric, x.columns)),
        size_((x.rows - first + step - 1) / step),
        graph_(space_.get(), static_cast<std::size_t>(size_), kLinks, kBuildBreadth,
               static_cast<std::size_t>(seed) + static_cast<std::size_t>(first)) {
    for (Index row = first; row < x.rows; row += step) {
      graph_.addPoint(x.row(row).data(), static_cast<std::size_t>(row));
    }
  }

  void set_breadth(Index breadth) { graph_.setEf(static_cast<std::size_t>(breadth)); }

  /// Appends at most k cells; returns whether as many were found as there can be.
  bool search(std::span<const float> query, Index k, std::vector<Found>& found) const {
    const Index wanted = std::min(k, size_);
    auto queue = graph_.searchKnn(query.data(), static_cast<std::size_t>(wanted));
    const bool complete = static_cast<Index>(queue.size()) == wanted;
    for (; !queue.empty(); queue.pop()) {
      found.emplace_back(queue.top().first, static_cast<std::int32_t>(queue.top().second));
    }
    return complete;
  }

 private:
  std::unique_ptr<hnswlib::SpaceInterface<float>> space_;
  Index size_;
  hnswlib::HierarchicalNSW<float> graph_;
};

using Graphs = std::vector<std::unique_ptr<Graph>>;

Graphs build_graphs(const DenseMatrix& x, Index k, Metric metric, std::uint64_t seed) {
  const Index count = std::clamp<Index>(x.rows / kCellsPerGraph, 1, kMostGraphs);
  Graphs graphs(static_cast<std::size_t>(count));
  parallel_for(count, 1, [&](Index begin, Index end) {
    for (Index g = begin; g < end; ++g) {
      graphs[g] = std::make_unique<Graph>(x, g, count, metric, seed);
      graphs[g]->set_breadth(std::max(kSearchBreadth, k));
    }
  });
  return graphs;
}

std::vector<Found> all_of(Index count) {
  std::vector<Found> found;
  for (Index row = 0; row < count; ++row) {
    found.emplace_back(0.0F, static_cast<std::int32_t>(row));
  }
  return found;
}

/// The raw distances in the metric itself, of the candidates of a query.
void compare(std::span<const float> query, const DenseMatrix& x, Metric metric,
             std::vector<Found>& found) {
  for (auto& [distance, cell] : found) {
    distance = raw_distance(metric, query, x.row(cell));
  }
}

}  // namespace

Neighbours neighbours_by_graph(const DenseMatrix& queries, const DenseMatrix& x, bool same, Index k,
                               Metric metric, std::uint64_t seed) {
  const Index wanted = k + (same ? 1 : 0);
  const Graphs graphs = build_graphs(x, wanted, metric, seed);
  Neighbours result{k, std::vector<std::int32_t>(queries.rows * k),
                    std::vector<float>(queries.rows * k)};
  parallel_for(queries.rows, kQueryGrain, [&](Index begin, Index end) {
    std::vector<Found> found;
    for (Index q = begin; q < end; ++q) {
      found.clear();
      bool complete = true;
      for (const auto& graph : graphs) {
        complete = graph->search(queries.row(q), wanted, found) && complete;
      }
      if (!complete) {
        found = all_of(x.rows);
        compare(queries.row(q), x, metric, found);
      }
      if (same) {
        std::erase_if(found, [q](const Found& item) { return item.second == q; });
      }
      keep_nearest(found, metric, q, result);
    }
  });
  return result;
}

}  // namespace mixvae::cluster
