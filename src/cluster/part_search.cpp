#include "cluster/part_search.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>
#include <utility>

#include "base/parallel.hpp"
#include "cluster/found_cell.hpp"
#include "cluster/kmeans.hpp"
#include "cluster/nearest_so_far.hpp"
#include "cluster/pca.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kLearnedPerPart = 32;  // rows from which k-means learns each centre
constexpr int kMeansIterations = 5;
constexpr Index kVisited = 16;       // parts of mean size that a query visits
constexpr Index kLargest = 4;        // times the mean size that a part has at most
constexpr Index kPerWanted = 8;      // cells visited for each one wanted, at least
constexpr Index kPartQueries = 256;  // queries searched together

// Wide rows are searched by their principal components, learned from some of the rows.
constexpr Index kWide = 128;
constexpr Index kComponents = 48;
constexpr Index kLearnedFrom = 4096;
constexpr double kLeastVariance = 0.6;     // share that the components must hold
constexpr Index kComponentCandidates = 3;  // found by components for each neighbour wanted

DenseMatrix part_rows(const DenseMatrix& x, std::span<const Index> rows) {
  DenseMatrix result(static_cast<Index>(rows.size()), x.columns);
  for (Index i = 0; i < result.rows; ++i) {
    std::ranges::copy(x.row(rows[i]), result.row(i).begin());
  }
  return result;
}

/// Rows evenly spread over x.
DenseMatrix some_rows(const DenseMatrix& x, Index count) {
  std::vector<Index> rows(count);
  for (Index i = 0; i < count; ++i) {
    rows[i] = x.rows * i / count;
  }
  return part_rows(x, rows);
}

/// Components that keep distances well enough to find candidates by them; none where rows are
/// narrow or few.
std::optional<Pca> search_components(const DenseMatrix& x, std::uint64_t seed) {
  if (x.columns < kWide || x.rows < kLearnedFrom) {
    return std::nullopt;
  }
  Pca fitted =
      pca(some_rows(x, kLearnedFrom), {.components = kComponents, .iterations = 2, .seed = seed});
  const double held =
      std::accumulate(fitted.explained_variance.begin(), fitted.explained_variance.end(), 0.0);
  if (held < kLeastVariance * fitted.total_variance) {
    return std::nullopt;
  }
  return fitted;
}

/// Row numbers by part: `order` lists those of the first part, then of the second, ...
struct Dealt {
  std::vector<Index> starts;  // [parts + 1]
  std::vector<Index> order;   // [rows]
};

Dealt deal(const std::vector<std::int32_t>& labels, Index parts) {
  Dealt dealt{std::vector<Index>(parts + 1), std::vector<Index>(labels.size())};
  for (const std::int32_t label : labels) {
    ++dealt.starts[label + 1];
  }
  std::partial_sum(dealt.starts.begin(), dealt.starts.end(), dealt.starts.begin());
  std::vector<Index> next(dealt.starts.begin(), dealt.starts.end() - 1);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    dealt.order[next[labels[i]]++] = static_cast<Index>(i);
  }
  return dealt;
}

/// A stretch of the dealt cells and where it lies.
struct Part {
  Index first;
  PackedRows rows;
};

struct Parts {
  std::vector<Index> cells;  // in dealt order
  std::vector<Part> parts;
  DenseMatrix centres;  // [parts, d]
  Index mean_size;
};

/// A large part (of many equal cells, say) becomes several at the same place.
Parts make_parts(const DenseMatrix& x, std::uint64_t seed) {
  const auto clusters =
      std::clamp<Index>(std::llround(std::sqrt(static_cast<double>(x.rows))), 1, x.rows);
  const Kmeans learned =
      kmeans(some_rows(x, std::min(x.rows, clusters * kLearnedPerPart)),
             {.clusters = clusters, .starts = 1, .iterations = kMeansIterations, .seed = seed});
  Dealt dealt = deal(nearest_centres(x, learned.centres), clusters);
  Parts result{
      .cells = std::move(dealt.order), .parts = {}, .centres = {}, .mean_size = x.rows / clusters};
  const Index largest = kLargest * result.mean_size;
  std::vector<Index> centres;
  for (Index cluster = 0; cluster < clusters; ++cluster) {
    for (Index first = dealt.starts[cluster]; first < dealt.starts[cluster + 1]; first += largest) {
      const Index last = std::min(first + largest, dealt.starts[cluster + 1]);
      const std::span cells(result.cells.data() + first, static_cast<std::size_t>(last - first));
      result.parts.push_back({first, PackedRows(part_rows(x, cells))});
      centres.push_back(cluster);
    }
  }
  result.centres = part_rows(learned.centres, centres);
  return result;
}

/// For each part the queries that visit it: those with the nearest centres, until so many cells.
std::vector<std::vector<Index>> visitors(const DenseMatrix& queries, const Parts& parts,
                                         const PackedRows& centres, Index cells) {
  const Index width = centres.panels() * PackedRows::kLanes;
  std::vector<float> distances(queries.rows * width);
  squared_distances(queries, 0, queries.rows, centres, 0, centres.panels(), distances);
  std::vector<std::vector<Index>> result(parts.parts.size());
  std::vector<std::pair<float, Index>> nearest(parts.parts.size());
  for (Index q = 0; q < queries.rows; ++q) {
    for (Index p = 0; p < centres.rows(); ++p) {
      nearest[p] = {distances[q * width + p], p};
    }
    auto end = nearest.end();
    std::make_heap(nearest.begin(), end, std::greater<>());
    for (Index seen = 0; seen < cells && end != nearest.begin();) {
      std::pop_heap(nearest.begin(), end, std::greater<>());
      --end;
      seen += parts.parts[end->second].rows.rows();
      result[end->second].push_back(q);
    }
  }
  return result;
}

/// The parts that are visited; first those that many visit, which are near: few cells of later
/// parts then come among the nearest.
std::vector<Index> by_falling_size(const std::vector<std::vector<Index>>& visiting) {
  std::vector<Index> order;
  for (std::size_t p = 0; p < visiting.size(); ++p) {
    if (!visiting[p].empty()) {
      order.push_back(static_cast<Index>(p));
    }
  }
  std::ranges::stable_sort(order, std::greater<>(), [&](Index p) { return visiting[p].size(); });
  return order;
}

/// What a search among parts needs.
struct Search {
  const DenseMatrix& queries;
  const Parts& parts;
  const PackedRows& centres;
  const std::vector<Index>&
      position;  // of a cell in the dealt order; empty when queries are others
  Index wanted;
  Index visited;
};

/// The nearest cells of some queries, by their place in the dealt order.
NearestSoFar search_for(const Search& search, std::span<const Index> numbers) {
  const auto rows = part_rows(search.queries, numbers);
  NearestSoFar nearest(rows.rows, search.wanted);
  const auto visiting = visitors(rows, search.parts, search.centres, search.visited);
  std::vector<float> block;
  for (const Index p : by_falling_size(visiting)) {
    const Part& part = search.parts.parts[p];
    const auto asking = part_rows(rows, visiting[p]);
    const Index width = part.rows.panels() * PackedRows::kLanes;
    block.resize(static_cast<std::size_t>(asking.rows * width));
    squared_distances(asking, 0, asking.rows, part.rows, 0, part.rows.panels(), block);
    for (Index i = 0; i < asking.rows; ++i) {
      const Index query = visiting[p][i];
      const Index self = search.position.empty() ? -1 : search.position[numbers[query]];
      nearest.offer(query, self, part.first,
                    {block.data() + i * width, static_cast<std::size_t>(part.rows.rows())});
    }
  }
  return nearest;
}

std::vector<Index> inverse(const std::vector<Index>& order) {
  std::vector<Index> position(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    position[order[i]] = static_cast<Index>(i);
  }
  return position;
}

}  // namespace

Neighbours neighbours_by_parts(const DenseMatrix& queries, const DenseMatrix& x, bool same, Index k,
                               Metric metric, std::uint64_t seed) {
  const std::optional<Pca> components = search_components(x, seed);
  const DenseMatrix small_rows = components ? project(x, *components) : DenseMatrix();
  const DenseMatrix small_queries =
      components && !same ? project(queries, *components) : DenseMatrix();
  const DenseMatrix& searched = components ? small_rows : x;
  const DenseMatrix& asked = !components ? queries : (same ? small_rows : small_queries);
  const Parts parts = make_parts(searched, seed);
  const PackedRows centres(parts.centres);
  const Index wanted = std::min(components ? kComponentCandidates * k : k, x.rows - (same ? 1 : 0));
  const Search search{.queries = asked,
                      .parts = parts,
                      .centres = centres,
                      .position = same ? inverse(parts.cells) : std::vector<Index>(),
                      .wanted = wanted,
                      .visited = std::max(kVisited * parts.mean_size, kPerWanted * wanted)};
  // Queries that lie together visit the same parts.
  const std::vector<Index> order =
      same ? parts.cells : deal(nearest_centres(asked, parts.centres), parts.centres.rows).order;
  Neighbours result{k, std::vector<std::int32_t>(queries.rows * k),
                    std::vector<float>(queries.rows * k)};
  parallel_tasks((queries.rows + kPartQueries - 1) / kPartQueries, [&](Index task) {
    const Index begin = task * kPartQueries;
    const Index end = std::min(begin + kPartQueries, queries.rows);
    const std::span numbers(order.data() + begin, static_cast<std::size_t>(end - begin));
    const NearestSoFar nearest = search_for(search, numbers);
    std::vector<Found> found(wanted);
    for (Index i = 0; i < end - begin; ++i) {
      const Index query = numbers[i];
      nearest.require_found(i, query);
      for (Index n = 0; n < wanted; ++n) {
        const auto cell = static_cast<std::int32_t>(parts.cells[nearest.cells_of(i)[n]]);
        found[n] = {raw_distance(metric, queries.row(query), x.row(cell)), cell};
      }
      keep_nearest(found, metric, query, result);
    }
  });
  return result;
}

}  // namespace mixvae::cluster
