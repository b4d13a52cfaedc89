#include "cluster/knn.hpp"

#include <algorithm>
#include <iterator>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cluster/hnsw.hpp"
#include "cluster/nearest_so_far.hpp"
#include "cluster/part_search.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kExactQueries = 64;  // cells whose neighbours are found together
constexpr Index kPanels =
    64;  // panels of other cells per block: their rows and the distances stay in cache

void copy_found(const NearestSoFar& nearest, Index query, Index cell, Metric metric,
                Neighbours& result) {
  nearest.require_found(query, cell);
  std::ranges::copy(nearest.cells_of(query), result.cells.begin() + cell * result.k);
  std::ranges::transform(nearest.distances_of(query), result.distances.begin() + cell * result.k,
                         [metric](float raw) { return distance_from_raw(metric, raw); });
}

/// Who is compared with whom.
struct Task {
  const DenseMatrix& queries;  // comparable rows
  const PackedRows& others;
  bool same;  // the queries are the others
  Metric metric;
};

void find_for(const Task& task, Index begin, Index end, std::span<float> block,
              NearestSoFar& nearest) {
  nearest.clear();
  for (Index panel = 0; panel < task.others.panels(); panel += kPanels) {
    const Index last = std::min(panel + kPanels, task.others.panels());
    const Index width = (last - panel) * PackedRows::kLanes;
    const Index first = panel * PackedRows::kLanes;
    raw_distances(task.metric, task.queries, begin, end, task.others, panel, last, block);
    for (Index i = begin; i < end; ++i) {
      const auto valid = static_cast<std::size_t>(std::min(width, task.others.rows() - first));
      nearest.offer(i - begin, task.same ? i : -1, first,
                    {block.data() + (i - begin) * width, valid});
    }
  }
}

Neighbours compare_all(const Task& task, Index k) {
  const Index count = task.queries.rows;
  Neighbours result{k, std::vector<std::int32_t>(count * k), std::vector<float>(count * k)};
  parallel_for(count, kExactQueries, [&](Index begin, Index end) {
    std::vector<float> block(kExactQueries * kPanels * PackedRows::kLanes);
    NearestSoFar nearest(kExactQueries, k);
    for (Index first = begin; first < end; first += kExactQueries) {
      const Index last = std::min(first + kExactQueries, end);
      find_for(task, first, last, block, nearest);
      for (Index i = first; i < last; ++i) {
        copy_found(nearest, i - first, i, task.metric, result);
      }
    }
  });
  return result;
}

void require_neighbour_count(Index k, Index most, const std::string& why) {
  if (k < 1 || k > most) {
    throw UsageError({.what = "wrong number of neighbours",
                      .found = std::to_string(k),
                      .expected = "at least 1 and " + why});
  }
}

Neighbours search(const DenseMatrix& queries, const DenseMatrix& x, bool same,
                  const KnnOptions& options) {
  const Metric metric = metric_named(options.metric);
  if (searches_exactly(queries.rows, x.rows, x.columns, options)) {
    return compare_all({queries, PackedRows(x), same, metric}, options.neighbours);
  }
  const auto approximate = metric == Metric::manhattan || metric == Metric::canberra
                               ? neighbours_by_graph
                               : neighbours_by_parts;
  return approximate(queries, x, same, options.neighbours, metric, options.seed);
}

}  // namespace

bool searches_exactly(Index queries, Index cells, Index columns, const KnnOptions& options) {
  if (options.search != "auto") {
    return options.search == "exact";
  }
  constexpr double kMostWork = 3e11;
  return static_cast<double>(queries) * static_cast<double>(cells) * static_cast<double>(columns) <=
         kMostWork;
}

Neighbours nearest_of(const Neighbours& graph, Index k) {
  MIXVAE_ASSERT(k >= 0 && k <= graph.k, "there are so many neighbours");
  Neighbours nearest{.k = k, .cells = {}, .distances = {}};
  const Index cells = static_cast<Index>(graph.cells.size()) / std::max<Index>(graph.k, 1);
  for (Index n = 0; n < cells; ++n) {
    const auto first = static_cast<std::size_t>(k);
    std::ranges::copy(graph.of(n).first(first), std::back_inserter(nearest.cells));
    std::ranges::copy(graph.distances_of(n).first(first), std::back_inserter(nearest.distances));
  }
  return nearest;
}

Neighbours nearest_neighbours(const DenseMatrix& x, Index k) {
  return nearest_neighbours(x, {.neighbours = k, .search = "exact"});
}

Neighbours nearest_neighbours(const DenseMatrix& x, const KnnOptions& options) {
  require_neighbour_count(options.neighbours, x.rows - 1,
                          "fewer than the " + std::to_string(x.rows) + " cells");
  const DenseMatrix rows = comparable_rows(x, metric_named(options.metric));
  return search(rows, rows, true, options);
}

Neighbours neighbours_among(const DenseMatrix& queries, const DenseMatrix& x,
                            const KnnOptions& options) {
  require_neighbour_count(options.neighbours, x.rows,
                          "at most the " + std::to_string(x.rows) + " cells");
  MIXVAE_ASSERT(queries.columns == x.columns, "neighbours among cells of other features");
  const Metric metric = metric_named(options.metric);
  return search(comparable_rows(queries, metric), comparable_rows(x, metric), false, options);
}

}  // namespace mixvae::cluster
