#include "cluster/phenograph.hpp"

#include <algorithm>
#include <utility>

#include "base/parallel.hpp"
#include "cluster/labels.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kJaccardGrain = 256;

/// Each cell's neighbours by rising number.
std::vector<std::int32_t> sorted_lists(const Neighbours& graph) {
  std::vector<std::int32_t> cells = graph.cells;
  for (auto list = cells.begin(); list != cells.end(); list += graph.k) {
    std::sort(list, list + graph.k);
  }
  return cells;
}

Index shared_count(std::span<const std::int32_t> a, std::span<const std::int32_t> b) {
  Index shared = 0;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    shared += *i == *j ? 1 : 0;
    const bool forward = *i <= *j;
    j += *j <= *i ? 1 : 0;
    i += forward ? 1 : 0;
  }
  return shared;
}

/// Takes the cells of small communities out and numbers the others by size.
void leave_out_small(Communities& found, Index smallest) {
  std::vector<Index> sizes(found.communities);
  for (const std::int32_t label : found.labels) {
    ++sizes[label];
  }
  renumber(found.labels, numbers_by_size(found.labels, found.communities));
  found.communities = std::ranges::count_if(sizes, [=](Index size) { return size >= smallest; });
  for (std::int32_t& label : found.labels) {
    label = label < found.communities ? label : -1;
  }
}

}  // namespace

Options options(PhenographOptions& settings) {
  return {{.name = "smallest",
           .target = &settings.smallest,
           .meaning = "clusters of PhenoGraph with fewer cells count as noise",
           .minimum = 1},
          {.name = "runs",
           .target = &settings.runs,
           .meaning = "runs of Louvain, of which the one with the highest modularity is kept",
           .minimum = 1,
           .maximum = 1000}};
}

std::vector<Link> jaccard_links(const Neighbours& graph) {
  const std::vector<std::int32_t> lists = sorted_lists(graph);
  const auto list_of = [&](std::int32_t cell) {
    return std::span(lists).subspan(cell * graph.k, graph.k);
  };
  const Index cells = static_cast<Index>(lists.size()) / graph.k;
  std::vector<Link> links(lists.size());
  parallel_for(cells, kJaccardGrain, [&](Index begin, Index end) {
    for (Index cell = begin; cell < end; ++cell) {
      const auto self = static_cast<std::int32_t>(cell);
      for (Index n = cell * graph.k; n < (cell + 1) * graph.k; ++n) {
        const Index shared = shared_count(list_of(self), list_of(lists[n]));
        const double weight =
            static_cast<double>(shared) / static_cast<double>(2 * graph.k - shared);
        links[n] = {std::min(self, lists[n]), std::max(self, lists[n]), weight / 2};
      }
    }
  });
  std::erase_if(links, [](const Link& link) { return link.weight == 0; });
  std::ranges::sort(links, [](const Link& p, const Link& q) {
    return std::pair(p.a, p.b) < std::pair(q.a, q.b);
  });
  std::vector<Link> merged;
  for (const Link& link : links) {
    if (!merged.empty() && merged.back().a == link.a && merged.back().b == link.b) {
      merged.back().weight += link.weight;
    } else {
      merged.push_back(link);
    }
  }
  return merged;
}

Communities phenograph(const DenseMatrix& x, const PhenographOptions& options) {
  if (x.rows == 1) {
    return {{options.smallest > 1 ? -1 : 0}, options.smallest > 1 ? 0 : 1, 1, 0};
  }
  const Neighbours graph =
      nearest_neighbours(x, {.neighbours = std::min(options.neighbours, x.rows - 1),
                             .metric = options.metric,
                             .seed = options.seed});
  const CommunityGraph prepared("PhenoGraph", x.rows, jaccard_links(graph));
  Communities best;
  for (Index run = 0; run < options.runs; ++run) {
    const auto seed = options.seed * 1000 + static_cast<std::uint64_t>(run);
    Communities found = prepared.louvain(1, seed);
    if (run == 0 || found.modularity > best.modularity) {
      best = std::move(found);
    }
  }
  leave_out_small(best, options.smallest);
  return best;
}

}  // namespace mixvae::cluster
