#include "cluster/hdbscan.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cluster/hierarchical.hpp"
#include "cluster/knn.hpp"
#include "cluster/labels.hpp"

namespace mixvae::cluster {
namespace {

constexpr double kLeastCoreDistance = 1e-30;
constexpr Index kTreeWorthAThread = 1 << 16;

/// What Prim's algorithm knows of a cell outside the tree.
struct Outside {
  std::int32_t cell;
  std::int32_t nearest;  // in the tree
  float distance;        // to it
};

/// Offers the tree's newest cell to the cells outside; returns where the nearest one stands.
Index offer(const DenseMatrix& rows, const std::vector<float>& core, Metric metric,
            std::int32_t newest, std::vector<Outside>& outside) {
  const auto count = static_cast<Index>(outside.size());
  const Index most = std::min<Index>({count, thread_count(), 64});
  const Index parts = std::clamp<Index>(count * rows.columns / kTreeWorthAThread, 1, most);
  std::vector<Index> best(static_cast<std::size_t>(parts), -1);
  parallel_for(parts, 1, [&](Index first, Index last) {
    for (Index part = first; part < last; ++part) {
      for (Index n = count * part / parts; n < count * (part + 1) / parts; ++n) {
        Outside& other = outside[n];
        const float raw = raw_distance(metric, rows.row(newest), rows.row(other.cell));
        const float distance =
            std::max({distance_from_raw(metric, raw), core[newest], core[other.cell]});
        if (distance < other.distance) {
          other.nearest = newest;
          other.distance = distance;
        }
        if (best[part] < 0 || other.distance < outside[best[part]].distance) {
          best[part] = n;
        }
      }
    }
  });
  Index found = best[0];
  for (const Index n : best) {
    found = outside[n].distance < outside[found].distance ? n : found;
  }
  return found;
}

std::vector<CellPair> spanning_tree(const DenseMatrix& rows, const std::vector<float>& core,
                                    Metric metric) {
  std::vector<Outside> outside;
  for (Index cell = 1; cell < rows.rows; ++cell) {
    outside.push_back({static_cast<std::int32_t>(cell), 0, std::numeric_limits<float>::infinity()});
  }
  std::vector<CellPair> tree;
  std::int32_t newest = 0;
  while (!outside.empty()) {
    const Index next = offer(rows, core, metric, newest, outside);
    newest = outside[next].cell;
    tree.push_back({outside[next].nearest, newest, outside[next].distance});
    outside.erase(outside.begin() + next);
  }
  return tree;
}

/// A cluster of the condensed hierarchy: it is born when its parent splits, loses cells, and splits
/// or dies. Densities are 1 / distance.
struct Cluster {
  Index parent = -1;
  double birth = 0;
  double stability = 0;  // sum over its cells of (density at which they leave - birth)
  std::vector<Index> children = {};
};

/// The hierarchy without clusters below a size.
class Condensed {
 public:
  Condensed(const std::vector<Union>& tree, Index smallest)
      : tree_(tree), cells_(static_cast<Index>(tree.size()) + 1), cluster_of_(cells_, 0) {
    clusters_.emplace_back();
    std::vector<std::pair<Index, Index>> open{{2 * cells_ - 2, 0}};  // node, its cluster
    while (!open.empty()) {
      const auto [node, cluster] = open.back();
      open.pop_back();
      descend(node, cluster, smallest, open);
    }
  }

  const std::vector<Cluster>& clusters() const { return clusters_; }
  /// The cluster that each cell leaves last.
  const std::vector<Index>& cluster_of() const { return cluster_of_; }

 private:
  void descend(Index node, Index cluster, Index smallest,
               std::vector<std::pair<Index, Index>>& open) {
    if (node < cells_) {
      return;
    }
    const double height = tree_[node - cells_].height;
    const double density = 1 / std::max(height, kLeastCoreDistance);
    std::vector<Index> kept;
    for (const Index part : parts_below(node, height)) {
      if (size_of(part) >= smallest) {
        kept.push_back(part);
      } else {
        leave(part, cluster, density);
      }
    }
    for (const Index part : kept) {
      open.emplace_back(part, kept.size() == 1 ? cluster : split_off(part, cluster, density));
    }
  }

  /// What a node falls into when all its links of this height are cut at once.
  std::vector<Index> parts_below(Index node, double height) const {
    std::vector<Index> parts;
    std::vector<Index> linked{node};
    while (!linked.empty()) {
      const Index next = linked.back();
      linked.pop_back();
      if (next >= cells_ && tree_[next - cells_].height >= height) {
        linked.push_back(tree_[next - cells_].b);
        linked.push_back(tree_[next - cells_].a);
      } else {
        parts.push_back(next);
      }
    }
    return parts;
  }

  /// A new cluster that takes cells out of its parent.
  Index split_off(Index part, Index parent, double density) {
    const auto cluster = static_cast<Index>(clusters_.size());
    clusters_[parent].stability +=
        (density - clusters_[parent].birth) * static_cast<double>(size_of(part));
    clusters_[parent].children.push_back(cluster);
    clusters_.push_back({parent, density, 0, {}});
    return cluster;
  }

  void leave(Index node, Index cluster, double density) {
    std::vector<Index> open{node};
    while (!open.empty()) {
      const Index next = open.back();
      open.pop_back();
      if (next < cells_) {
        cluster_of_[next] = cluster;
        clusters_[cluster].stability += density - clusters_[cluster].birth;
      } else {
        open.push_back(tree_[next - cells_].a);
        open.push_back(tree_[next - cells_].b);
      }
    }
  }

  Index size_of(Index node) const { return node < cells_ ? 1 : tree_[node - cells_].size; }

  const std::vector<Union>& tree_;
  Index cells_;
  std::vector<Cluster> clusters_;  // parents before children
  std::vector<Index> cluster_of_;
};

/// Whether each cluster is chosen; never the first, which holds all cells.
std::vector<bool> chosen_clusters(const std::vector<Cluster>& clusters, bool leaves) {
  std::vector<bool> chosen(clusters.size(), false);
  std::vector<double> best(clusters.size());  // stability at most within a cluster
  for (std::size_t c = clusters.size() - 1; c > 0; --c) {
    double of_children = 0;
    for (const Index child : clusters[c].children) {
      of_children += best[child];
    }
    chosen[c] = clusters[c].children.empty() || (!leaves && of_children <= clusters[c].stability);
    best[c] = std::max(of_children, clusters[c].stability);
  }
  return chosen;
}

/// For each cluster the topmost chosen one that holds it, or -1.
std::vector<Index> chosen_ancestors(const std::vector<Cluster>& clusters,
                                    const std::vector<bool>& chosen) {
  std::vector<Index> ancestor(clusters.size(), -1);
  for (std::size_t c = 1; c < clusters.size(); ++c) {
    const Index above = ancestor[clusters[c].parent];
    ancestor[c] = above >= 0 ? above : (chosen[c] ? static_cast<Index>(c) : -1);
  }
  return ancestor;
}

Hdbscan labelled(const Condensed& condensed, bool leaves) {
  const auto& clusters = condensed.clusters();
  const std::vector<Index> ancestor = chosen_ancestors(clusters, chosen_clusters(clusters, leaves));
  Hdbscan result;
  std::vector<std::int32_t> number(clusters.size(), -1);
  for (std::size_t c = 0; c < clusters.size(); ++c) {
    if (ancestor[c] == static_cast<Index>(c)) {
      number[c] = static_cast<std::int32_t>(result.clusters++);
    }
  }
  for (const Index cluster : condensed.cluster_of()) {
    result.labels.push_back(ancestor[cluster] < 0 ? -1 : number[ancestor[cluster]]);
  }
  renumber(result.labels, numbers_by_size(result.labels, result.clusters));
  return result;
}

void require_hdbscan_sizes(const HdbscanOptions& options) {
  if (options.min_cluster_size < 2 || options.min_samples.value_or(1) < 1) {
    throw UsageError({.what = "a size of HDBSCAN is too small",
                      .found = "min-cluster-size " + std::to_string(options.min_cluster_size) +
                               ", min-samples " + std::to_string(options.min_samples.value_or(1)),
                      .expected = "at least 2 and 1"});
  }
  if (options.selection != "eom" && options.selection != "leaf") {
    throw UsageError({.what = "no such selection",
                      .found = "'" + options.selection + "'",
                      .expected = "eom or leaf"});
  }
}

/// Computed as the tree's distances are, so that equal ones have equal bits.
std::vector<float> core_distances(const DenseMatrix& x, const DenseMatrix& rows, Metric metric,
                                  const HdbscanOptions& options) {
  const Index samples = options.min_samples.value_or(options.min_cluster_size);
  const Neighbours graph = nearest_neighbours(
      x,
      {.neighbours = std::min(samples, x.rows - 1), .metric = options.metric, .search = "exact"});
  std::vector<float> core(x.rows);
  for (Index cell = 0; cell < x.rows; ++cell) {
    for (const std::int32_t other : graph.of(cell)) {
      core[cell] = std::max(
          core[cell],
          distance_from_raw(metric, raw_distance(metric, rows.row(cell), rows.row(other))));
    }
  }
  return core;
}

}  // namespace

Options options(HdbscanOptions& settings) {
  return {
      {.name = "min-cluster-size",
       .target = &settings.min_cluster_size,
       .meaning = "least number of cells in a cluster of HDBSCAN",
       .minimum = 2},
      {.name = "min-samples",
       .target = &settings.min_samples,
       .meaning = "HDBSCAN measures how dense a cell's surroundings are by the distance to this "
                  "neighbour; higher calls more cells noise; auto: min-cluster-size",
       .minimum = 1},
      {.name = "selection",
       .target = &settings.selection,
       .meaning = "which clusters of HDBSCAN's hierarchy are taken: the most stable ones, or the "
                  "leaves, which are more and smaller",
       .choices = {"eom", "leaf"}}};
}

Hdbscan hdbscan(const DenseMatrix& x, const HdbscanOptions& options) {
  require_hdbscan_sizes(options);
  const Metric metric = metric_named(options.metric);
  const DenseMatrix rows = comparable_rows(x, metric);
  if (x.rows < 2) {
    return {std::vector<std::int32_t>(x.rows, -1), 0};
  }
  const std::vector<Union> tree =
      tree_of_unions(spanning_tree(rows, core_distances(x, rows, metric, options), metric));
  return labelled(Condensed(tree, options.min_cluster_size), options.selection == "leaf");
}

}  // namespace mixvae::cluster
