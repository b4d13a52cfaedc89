#include "analysis/starting_types.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "cluster/kmeans.hpp"
#include "cluster/leiden.hpp"
#include "metrics/accuracy.hpp"
#include "metrics/contingency.hpp"

namespace mixvae::analysis {
namespace {

using Partition = std::vector<std::int32_t>;

std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Each cell's scores averaged with those of its neighbours.
DenseMatrix smoothed(const DenseMatrix& scores, const cluster::Neighbours& graph) {
  DenseMatrix mean = scores;
  for (Index n = 0; n < scores.rows; ++n) {
    const auto target = mean.row(n);
    for (const std::int32_t other : graph.of(n)) {
      std::ranges::transform(target, scores.row(other), target.begin(), std::plus<>{});
    }
    for (float& value : target) {
      value /= static_cast<float>(graph.k + 1);
    }
  }
  return mean;
}

Partition kmeans_partition(const DenseMatrix& scores, Index types, std::uint64_t seed) {
  cluster::KmeansOptions options;
  options.clusters = types;
  options.seed = seed;
  return cluster::kmeans(scores, options).labels;
}

Partition leiden_partition(const cluster::Neighbours& graph, Index types, std::uint64_t seed) {
  cluster::LeidenOptions options;
  options.communities = types;
  options.seed = seed;
  return cluster::leiden(graph, options).labels;
}

/// The partition of one arm of a mixed start.
Partition mixed_partition(const DenseMatrix& scores, const cluster::Neighbours& graph, Index types,
                          Index arm, std::uint64_t seed) {
  const Index kinds = cluster::has_leiden() ? 3 : 2;
  const std::uint64_t round_seed = seed + static_cast<std::uint64_t>(arm / kinds);
  const Index kind = arm % kinds;
  if (kind == 0) {
    return kmeans_partition(scores, types, round_seed);
  }
  if (kind == 1 && cluster::has_leiden()) {
    return leiden_partition(graph, types, round_seed);
  }
  return kmeans_partition(smoothed(scores, graph), types, round_seed);
}

/// The partition with the numbers of the reference's types: matched ones one to one, others those
/// of most of their cells.
Partition aligned(const Partition& reference, const Partition& partition, Index types) {
  const metrics::Contingency table = metrics::contingency(reference, partition, types);
  const std::vector<std::int32_t> stands_for =
      metrics::cluster_types(table, metrics::best_matching(table));
  Partition out(partition.size());
  std::ranges::transform(partition, out.begin(), [&](std::int32_t label) {
    return label < 0 ? label : stands_for[at(label)];
  });
  return out;
}

/// Labels from `types` on, the smallest communities where Leiden finds too many, become -1: no
/// start.
Partition without_extra(Partition partition, Index types) {
  std::ranges::replace_if(
      partition, [&](std::int32_t label) { return label >= types; }, -1);
  return partition;
}

/// (size of the cell's type)^-balance, scaled to mean 1.
std::vector<float> balanced_weights(const Partition& partition, Index types, double balance) {
  std::vector<double> sizes(at(types), 0.0);
  for (const std::int32_t type : partition) {
    if (type >= 0) {
      sizes[at(type)] += 1.0;
    }
  }
  double sum = 0;
  std::vector<float> weights;
  for (const std::int32_t type : partition) {
    const double weight = type < 0 ? 0.0 : std::pow(sizes[at(type)], -balance);
    sum += weight;
    weights.push_back(static_cast<float>(weight));
  }
  const auto factor = static_cast<float>(static_cast<double>(partition.size()) / sum);
  std::ranges::transform(weights, weights.begin(), [&](float weight) { return weight * factor; });
  return weights;
}

Partition arm_partition(const DenseMatrix& scores, const cluster::Neighbours& graph,
                        const StartOptions& options, Index arm) {
  if (options.kind == "kmeans") {
    return kmeans_partition(scores, options.types, options.seed);
  }
  if (options.kind == "leiden") {
    return leiden_partition(graph, options.types, options.seed);
  }
  return mixed_partition(scores, graph, options.types, arm, options.seed);
}

}  // namespace

StartingTypes starting_types(const DenseMatrix& scores, const cluster::Neighbours& graph,
                             const StartOptions& options) {
  StartingTypes start;
  if (options.kind == "none") {
    return start;
  }
  for (Index arm = 0; arm < options.arms; ++arm) {
    if (arm == 0 || options.kind == "mixed") {
      Partition partition =
          without_extra(arm_partition(scores, graph, options, arm), options.types);
      start.types.push_back(arm == 0 ? std::move(partition)
                                     : aligned(start.types.front(), partition, options.types));
    } else {
      start.types.push_back(start.types.front());
    }
    start.weights.push_back(balanced_weights(start.types.back(), options.types, options.balance));
  }
  return start;
}

}  // namespace mixvae::analysis
