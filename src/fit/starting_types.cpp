#include "fit/starting_types.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/error.hpp"
#include "base/index.hpp"
#include "cluster/consensus_clustering.hpp"
#include "cluster/kmeans.hpp"
#include "cluster/leiden.hpp"
#include "cluster/merged_gmm.hpp"
#include "cluster/merged_kmeans.hpp"
#include "cluster/neighbour_information.hpp"

namespace mixvae::fit {
namespace {

using Partition = std::vector<std::int32_t>;
using Partitions = std::vector<Partition>;

constexpr double kApart = 0.97;  // shares of neighbour information that a consensus must keep
constexpr double kKept = 0.7;
constexpr double kSeparate =
    0.8;  // share of partitions that separate types, where K is only a bound

/// Seeds of later rounds are never those of other fits.
std::uint64_t round_seed(std::uint64_t seed, Index round) {
  return seed + (static_cast<std::uint64_t>(round) << 32);
}

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

Partition merged_partition(const DenseMatrix& scores, Index types, std::uint64_t seed) {
  return cluster::merged_kmeans(scores, {.clusters = types, .seed = seed});
}

/// Leiden partitions of several seeds at the resolution that gives the first as many types.
Partitions leiden_partitions(const cluster::Neighbours& graph, const StartOptions& wanted) {
  Partitions found;
  if (!cluster::has_leiden()) {
    return found;
  }
  cluster::LeidenOptions options{.communities = wanted.types};
  for (Index round = 0; round < wanted.rounds; ++round) {
    options.seed = round_seed(wanted.seed, round);
    const cluster::Leiden leiden = cluster::leiden(graph, options);
    options.resolution = leiden.resolution;
    found.push_back(leiden.labels);
  }
  return found;
}

Partitions rounds_of(const std::function<Partition(std::uint64_t)>& partition,
                     const StartOptions& options) {
  Partitions found;
  for (Index round = 0; round < options.rounds; ++round) {
    found.push_back(partition(round_seed(options.seed, round)));
  }
  return found;
}

/// What the best of some partitions tells about neighbours; 0 for none.
double most_information(const cluster::Neighbours& graph, const Partitions& partitions) {
  double best = 0;
  for (const Partition& partition : partitions) {
    best = std::max(best, cluster::neighbour_information(graph, partition));
  }
  return best;
}

void append(Partitions& all, const Partitions& more) {
  all.insert(all.end(), more.begin(), more.end());
}

StartingPartition consensus_partition(const DenseMatrix& scores, const cluster::Neighbours& graph,
                                      const StartOptions& options) {
  const Index types = options.types;
  const cluster::ConsensusOptions wanted{.clusters = types,
                                         .least_separation = options.fewer ? kSeparate : 0.0};
  const auto joined = [&wanted](Partitions members) {
    return StartingPartition{cluster::consensus_clustering(members, wanted), std::move(members)};
  };
  const DenseMatrix means = smoothed(scores, graph);
  const auto merged = [types](const DenseMatrix& points) {
    return [types, &points](std::uint64_t s) { return merged_partition(points, types, s); };
  };
  const Partitions clusters =
      rounds_of([&](std::uint64_t s) { return kmeans_partition(means, types, s); }, options);
  const Partitions pieces = rounds_of(merged(means), options);
  Partitions all_merged = pieces;
  append(all_merged, rounds_of(merged(scores), options));
  StartingPartition found = joined(std::move(all_merged));
  Partitions all = clusters;
  append(all, pieces);
  const double best = most_information(graph, all);
  if (cluster::neighbour_information(graph, found.types) >= kApart * best) {
    return found;
  }
  const Partitions communities = leiden_partitions(graph, options);
  append(all, communities);
  found = joined(std::move(all));
  const bool kept = cluster::neighbour_information(graph, found.types) >=
                    kKept * std::max(best, most_information(graph, communities));
  return kept ? found : joined(clusters);
}

/// Labels from `types` on, the smallest communities where Leiden finds too many, become -1: no
/// start.
Partition without_extra(Partition partition, Index types) {
  std::ranges::replace_if(
      partition, [&](std::int32_t label) { return label >= types; }, -1);
  return partition;
}

/// A partition of one kind.
Partition partition_of(const DenseMatrix& scores, const cluster::Neighbours& graph,
                       const StartOptions& options) {
  using Kind = models::StartKind;
  switch (options.kind) {
    case Kind::kmeans:
      return kmeans_partition(scores, options.types, options.seed);
    case Kind::merged:
      return merged_partition(scores, options.types, options.seed);
    case Kind::gaussian:
      return cluster::merged_gmm(scores, {.most = options.types, .seed = options.seed})
          .mixture.labels;
    case Kind::leiden:
      return leiden_partition(graph, options.types, options.seed);
    case Kind::consensus:
    case Kind::none:
      break;
  }
  throw UsageError({.what = "there is no partition to start from", .found = "--start none"});
}

}  // namespace

std::vector<float> balanced_weights(const std::vector<std::int32_t>& partition, Index types,
                                    double balance) {
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

StartingPartition starting_partition(const DenseMatrix& scores, const cluster::Neighbours& graph,
                                     const StartOptions& options) {
  if (options.kind == models::StartKind::consensus) {
    return consensus_partition(scores, graph, options);
  }
  Partition one = without_extra(partition_of(scores, graph, options), options.types);
  return {one, {one}};
}

StartingTypes starting_types(const DenseMatrix& scores, const cluster::Neighbours& graph,
                             const StartOptions& options) {
  StartingTypes start;
  if (options.kind == models::StartKind::none) {
    return start;
  }
  const Partition partition = starting_partition(scores, graph, options).types;
  const std::vector<float> weights = balanced_weights(partition, options.types, options.balance);
  start.types.assign(at(options.arms), partition);
  start.weights.assign(at(options.arms), weights);
  return start;
}

}  // namespace mixvae::fit
