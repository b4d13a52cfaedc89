#include "cluster/hierarchical.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cluster/labels.hpp"
#include "cluster/metric.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kMostStored = 60000;
constexpr Index kDistanceRowGrain = 64;
constexpr Index kMergingWorthAThread = 1 << 16;

const std::vector<std::string> kLinkages{"ward", "average", "complete"};

/// Clusters by their centres (Ward). A union takes the place of its second part.
class CentreDistances {
 public:
  explicit CentreDistances(const DenseMatrix& x)
      : columns_(x.columns), centres_(x.values.begin(), x.values.end()), sizes_(x.rows, 1.0) {}

  double between(Index a, Index b) const {
    const double* const p = centres_.data() + a * columns_;
    const double* const q = centres_.data() + b * columns_;
    double square = 0;
    for (Index c = 0; c < columns_; ++c) {
      square += (p[c] - q[c]) * (p[c] - q[c]);
    }
    return std::sqrt(square * 2 * sizes_[a] * sizes_[b] / (sizes_[a] + sizes_[b]));
  }

  void unite(Index a, Index b, const std::vector<Index>&) {
    const double total = sizes_[a] + sizes_[b];
    for (Index c = 0; c < columns_; ++c) {
      double& centre = centres_[b * columns_ + c];
      centre = (sizes_[a] * centres_[a * columns_ + c] + sizes_[b] * centre) / total;
    }
    sizes_[b] = total;
  }

  Index work() const { return columns_; }

 private:
  Index columns_;
  std::vector<double> centres_;
  std::vector<double> sizes_;
};

/// Clusters by the stored distances of all pairs, i < j row after row.
class StoredDistances {
 public:
  StoredDistances(std::vector<float> distances, std::vector<double> sizes, bool average)
      : distances_(std::move(distances)),
        cells_(static_cast<Index>(sizes.size())),
        average_(average),
        sizes_(std::move(sizes)) {}

  double between(Index a, Index b) const { return distances_[place(a, b)]; }

  void unite(Index a, Index b, const std::vector<Index>& active) {
    for (const Index other : active) {
      if (other != a && other != b) {
        float& distance = distances_[place(other, b)];
        const float from_a = distances_[place(other, a)];
        distance = average_ ? static_cast<float>((sizes_[a] * from_a + sizes_[b] * distance) /
                                                 (sizes_[a] + sizes_[b]))
                            : std::max(distance, from_a);
      }
    }
    sizes_[b] += sizes_[a];
  }

  Index work() const { return 1; }

 private:
  std::size_t place(Index a, Index b) const {
    const Index low = std::min(a, b);
    return static_cast<std::size_t>(low * (2 * cells_ - low - 1) / 2 + std::max(a, b) - low - 1);
  }

  std::vector<float> distances_;
  Index cells_;
  bool average_;
  std::vector<double> sizes_;
};

struct Nearest {
  Index cluster = -1;
  double distance = std::numeric_limits<double>::infinity();
};

/// The active cluster nearest to `from`; of equally near ones the preferred, else the first.
template <class Distances>
Nearest nearest_to(Index from, Index preferred, const std::vector<Index>& active,
                   const Distances& distances) {
  const auto count = static_cast<Index>(active.size());
  const Index grain = std::max<Index>(kMergingWorthAThread / distances.work(), 1);
  std::vector<Nearest> found(static_cast<std::size_t>(thread_count()) + 1);
  const Index parts = std::clamp<Index>(count / grain, 1, thread_count());
  parallel_for(parts, 1, [&](Index first, Index last) {
    for (Index part = first; part < last; ++part) {
      for (Index n = count * part / parts; n < count * (part + 1) / parts; ++n) {
        const double distance = active[n] == from ? std::numeric_limits<double>::infinity()
                                                  : distances.between(from, active[n]);
        if (distance < found[part].distance) {
          found[part] = {active[n], distance};
        }
      }
    }
  });
  Nearest best;
  if (preferred >= 0) {
    best = {preferred, distances.between(from, preferred)};
  }
  for (const Nearest& candidate : found) {
    best = candidate.distance < best.distance ? candidate : best;
  }
  return best;
}

/// All unions, in the order in which the chain finds them.
template <class Distances>
std::vector<CellPair> chain_unions(Index cells, Distances distances) {
  std::vector<Index> active(cells);
  std::iota(active.begin(), active.end(), Index{0});
  std::vector<Index> chain;
  std::vector<CellPair> unions;
  while (active.size() > 1) {
    if (chain.empty()) {
      chain.push_back(active.front());
    }
    const Index before = chain.size() > 1 ? chain[chain.size() - 2] : -1;
    const Nearest next = nearest_to(chain.back(), before, active, distances);
    if (next.cluster < 0) {
      throw InputError({.what = "distances between cells are too large for floats",
                        .hint = "scale the values down"});
    }
    if (next.cluster != before || before < 0) {
      chain.push_back(next.cluster);
      continue;
    }
    const Index a = chain.back();
    chain.resize(chain.size() - 2);
    unions.push_back({a, before, next.distance});
    distances.unite(a, before, active);
    active.erase(std::ranges::lower_bound(active, a));
  }
  return unions;
}

/// Which cluster a cell is in while unions are made.
class Forest {
 public:
  explicit Forest(Index cells) : parent_(2 * cells), size_(2 * cells, 1), next_(cells) {
    std::iota(parent_.begin(), parent_.end(), Index{0});
  }

  Index root(Index node) {
    while (parent_[node] != node) {
      parent_[node] = parent_[parent_[node]];
      node = parent_[node];
    }
    return node;
  }

  Union unite(Index a, Index b, double height) {
    const Index p = root(a);
    const Index q = root(b);
    parent_[p] = parent_[q] = next_;
    size_[next_] = size_[p] + size_[q];
    return {std::min(p, q), std::max(p, q), height, size_[next_++]};
  }

 private:
  std::vector<Index> parent_;
  std::vector<Index> size_;
  Index next_;
};

std::vector<float> all_distances(const DenseMatrix& x) {
  std::vector<float> distances(static_cast<std::size_t>(x.rows * (x.rows - 1) / 2));
  parallel_for(x.rows, kDistanceRowGrain, [&](Index begin, Index end) {
    for (Index a = begin; a < end; ++a) {
      float* const row = distances.data() + a * (2 * x.rows - a - 1) / 2;
      for (Index b = a + 1; b < x.rows; ++b) {
        row[b - a - 1] = std::sqrt(raw_distance(Metric::euclidean, x.row(a), x.row(b)));
      }
    }
  });
  return distances;
}

std::vector<Union> tree_of(const DenseMatrix& x, const std::string& linkage) {
  if (linkage == "ward") {
    return tree_of_unions(chain_unions(x.rows, CentreDistances(x)));
  }
  if (x.rows > kMostStored) {
    throw InputError({.what = "too many cells for linkage " + linkage +
                              ", which keeps the distances of all pairs",
                      .found = std::to_string(x.rows) + " cells",
                      .expected = "at most " + std::to_string(kMostStored),
                      .hint = "use linkage ward, or fewer cells"});
  }
  return linkage_tree(all_distances(x), std::vector<double>(x.rows, 1.0), linkage);
}

}  // namespace

Options options(HierarchicalOptions& settings) {
  return {
      {.name = "linkage",
       .target = &settings.linkage,
       .meaning =
           "which clusters are joined next: those whose joining adds least squared error (ward), "
           "or those with the smallest mean or largest distance of their cells (average, complete)",
       .choices = kLinkages}};
}

Hierarchical hierarchical(const DenseMatrix& x, const HierarchicalOptions& options) {
  require_cluster_count(options.clusters, x.rows);
  require_finite(x);
  if (std::ranges::find(kLinkages, options.linkage) == kLinkages.end()) {
    throw UsageError({.what = "no such linkage",
                      .found = "'" + options.linkage + "'",
                      .expected = "ward, average or complete"});
  }
  Hierarchical result;
  result.tree = tree_of(x, options.linkage);
  result.labels = cut_tree(result.tree, options.clusters);
  return result;
}

std::vector<Union> linkage_tree(std::vector<float> distances, std::vector<double> sizes,
                                const std::string& linkage) {
  const auto points = static_cast<Index>(sizes.size());
  MIXVAE_ASSERT(static_cast<Index>(distances.size()) == points * (points - 1) / 2,
                "distances of another number of points");
  return tree_of_unions(chain_unions(
      points, StoredDistances(std::move(distances), std::move(sizes), linkage == "average")));
}

std::vector<Union> tree_of_unions(std::vector<CellPair> unions) {
  std::ranges::stable_sort(unions, {}, &CellPair::height);
  Forest forest(static_cast<Index>(unions.size()) + 1);
  std::vector<Union> tree;
  tree.reserve(unions.size());
  for (const CellPair& pair : unions) {
    tree.push_back(forest.unite(pair.a, pair.b, pair.height));
  }
  return tree;
}

std::vector<std::int32_t> cut_tree(const std::vector<Union>& tree, Index clusters) {
  const auto cells = static_cast<Index>(tree.size()) + 1;
  require_cluster_count(clusters, cells);
  Forest forest(cells);
  for (Index m = 0; m < cells - clusters; ++m) {
    forest.unite(tree[m].a, tree[m].b, tree[m].height);
  }
  std::vector<std::int32_t> number(2 * cells, -1);
  std::vector<std::int32_t> labels(cells);
  std::int32_t next = 0;
  for (Index cell = 0; cell < cells; ++cell) {
    std::int32_t& found = number[forest.root(cell)];
    found = found < 0 ? next++ : found;
    labels[cell] = found;
  }
  renumber(labels, numbers_by_size(labels, clusters));
  return labels;
}

}  // namespace mixvae::cluster
