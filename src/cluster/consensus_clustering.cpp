#include "cluster/consensus_clustering.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/parallel.hpp"
#include "cluster/hierarchical.hpp"
#include "cluster/labels.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kMostPoints = 4000;
constexpr Index kPointGrain = 16;

using Partition = std::vector<std::int32_t>;
using Partitions = std::vector<Partition>;

void check_partitions(const Partitions& partitions, Index clusters) {
  if (partitions.empty() || clusters < 1) {
    throw UsageError({.what = "a consensus needs partitions and a number of clusters",
                      .found = std::to_string(partitions.size()) + " partitions, " +
                               std::to_string(clusters) + " clusters",
                      .expected = "at least one of each"});
  }
  if (clusters > kMostPoints) {
    throw UsageError({.what = "a consensus has not so many clusters",
                      .found = std::to_string(clusters),
                      .expected = "at most " + std::to_string(kMostPoints),
                      .hint = "ask for fewer types, or use --start kmeans"});
  }
  for (const Partition& partition : partitions) {
    if (partition.size() != partitions.front().size()) {
      throw UsageError({.what = "partitions are of different cells",
                        .found = std::to_string(partition.size()) + " and " +
                                 std::to_string(partitions.front().size()) + " cells"});
    }
  }
}

/// The cells that all partitions keep together.
struct Point {
  std::vector<std::int32_t> labels;  // one of each partition
  std::vector<Index> cells;
};

/// Largest first, equal ones by their first cell.
std::vector<Point> points_of(const Partitions& partitions) {
  std::map<std::vector<std::int32_t>, std::vector<Index>> found;
  std::vector<std::int32_t> labels(partitions.size());
  for (Index cell = 0; cell < static_cast<Index>(partitions.front().size()); ++cell) {
    std::ranges::transform(partitions, labels.begin(),
                           [&](const Partition& partition) { return partition[at(cell)]; });
    found[labels].push_back(cell);
  }
  std::vector<Point> points;
  points.reserve(found.size());
  for (auto& [key, cells] : found) {
    points.push_back({key, std::move(cells)});
  }
  std::ranges::sort(points, [](const Point& a, const Point& b) {
    return a.cells.size() != b.cells.size() ? a.cells.size() > b.cells.size()
                                            : a.cells.front() < b.cells.front();
  });
  return points;
}

float separation(const Point& a, const Point& b) {
  const auto differing = std::inner_product(a.labels.begin(), a.labels.end(), b.labels.begin(), 0,
                                            std::plus<>{}, std::not_equal_to<>{});
  return static_cast<float>(differing) / static_cast<float>(a.labels.size());
}

/// The tree of the first points.
std::vector<Union> tree_of_points(const std::vector<Point>& points, Index count) {
  std::vector<float> distances(at(count * (count - 1) / 2));
  parallel_for(count, kPointGrain, [&](Index begin, Index end) {
    for (Index a = begin; a < end; ++a) {
      float* const row = distances.data() + a * (2 * count - a - 1) / 2;
      for (Index b = a + 1; b < count; ++b) {
        row[b - a - 1] = separation(points[at(a)], points[at(b)]);
      }
    }
  });
  std::vector<double> sizes;
  for (Index p = 0; p < count; ++p) {
    sizes.push_back(static_cast<double>(points[at(p)].cells.size()));
  }
  return linkage_tree(std::move(distances), std::move(sizes), "average");
}

Index count_of_clusters(const std::vector<Union>& tree, const ConsensusOptions& options) {
  const auto separate = std::ranges::count_if(
      tree, [&](const Union& u) { return u.height >= options.least_separation; });
  const auto points = static_cast<Index>(tree.size()) + 1;
  return std::min({options.clusters, points, static_cast<Index>(separate) + 1});
}

/// How often cells of each cluster have each label.
class LabelShares {
 public:
  LabelShares(Index clusters, std::size_t partitions)
      : counts_(at(clusters), std::vector<std::map<std::int32_t, double>>(partitions)),
        sizes_(at(clusters), 0.0) {}

  void add(const Point& point, std::int32_t cluster) {
    const auto cells = static_cast<double>(point.cells.size());
    sizes_[at(cluster)] += cells;
    for (std::size_t p = 0; p < point.labels.size(); ++p) {
      counts_[at(cluster)][p][point.labels[p]] += cells;
    }
  }

  /// The cluster with the largest mean share of the point's labels.
  std::int32_t nearest_to(const Point& point) const {
    std::vector<double> shares;
    for (std::size_t c = 0; c < sizes_.size(); ++c) {
      double sum = 0;
      for (std::size_t p = 0; p < point.labels.size(); ++p) {
        const auto found = counts_[c][p].find(point.labels[p]);
        sum += found == counts_[c][p].end() ? 0.0 : found->second;
      }
      shares.push_back(sum / sizes_[c]);
    }
    return static_cast<std::int32_t>(std::ranges::max_element(shares) - shares.begin());
  }

 private:
  std::vector<std::vector<std::map<std::int32_t, double>>> counts_;
  std::vector<double> sizes_;
};

}  // namespace

std::vector<std::int32_t> consensus_clustering(
    const std::vector<std::vector<std::int32_t>>& partitions, const ConsensusOptions& options) {
  check_partitions(partitions, options.clusters);
  const std::vector<Point> points = points_of(partitions);
  const auto all = static_cast<Index>(points.size());
  const Index count = std::min(all, kMostPoints);
  const std::vector<Union> tree = tree_of_points(points, count);
  const Index kept = count_of_clusters(tree, options);
  std::vector<std::int32_t> cluster_of = cut_tree(tree, kept);
  LabelShares shares(kept, partitions.size());
  for (Index p = 0; p < count; ++p) {
    shares.add(points[at(p)], cluster_of[at(p)]);
  }
  for (Index p = count; p < all; ++p) {
    cluster_of.push_back(shares.nearest_to(points[at(p)]));
  }
  std::vector<std::int32_t> labels(partitions.front().size());
  for (Index p = 0; p < all; ++p) {
    for (const Index cell : points[at(p)].cells) {
      labels[at(cell)] = cluster_of[at(p)];
    }
  }
  renumber(labels, numbers_by_size(labels, kept));
  return labels;
}

}  // namespace mixvae::cluster
