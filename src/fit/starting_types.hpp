#pragma once

#include <cstdint>
#include <vector>

#include "cluster/knn.hpp"
#include "data/matrix.hpp"
#include "models/recipe_options.hpp"

namespace mixvae::fit {

struct StartOptions {
  models::StartKind kind = models::StartKind::consensus;
  Index types = 8;
  bool fewer = false;  // a consensus may have fewer types, where most partitions separate no more
  Index arms = 2;
  double balance = 0.5;
  Index rounds = 3;  // partitions of each kind in a consensus
  std::uint64_t seed = 0;
};

/// A partition of N cells and those that it was made of.
struct StartingPartition {
  std::vector<std::int32_t> types;                 // [N] in [0, K), -1 for cells without one
  std::vector<std::vector<std::int32_t>> members;  // of [N]; the partition itself where it is one
};

/// Evidence accumulated from `rounds` seeds each of k-means, merged k-means and Leiden
/// (cluster/consensus_clustering.hpp), or the one partition of another kind: the rule of
/// starting_types. The scores are [N, k]. Throws UsageError without a kind.
StartingPartition starting_partition(const DenseMatrix& scores, const cluster::Neighbours& graph,
                                     const StartOptions& options);

/// What each arm learns first. Letters: A arms, N cells.
struct StartingTypes {
  std::vector<std::vector<std::int32_t>>
      types;  // [A][N] in [0, K), -1 for cells without one; empty without a start
  std::vector<std::vector<float>> weights;  // [A][N], mean 1: (size of the cell's type)^-balance

  bool empty() const { return types.empty(); }
};

/// [N] (size of the cell's type)^-balance, scaled to mean 1; 0 for cells without a type (-1).
std::vector<float> balanced_weights(const std::vector<std::int32_t>& partition, Index types,
                                    double balance);

/// A partition of the cells for the arms to start from, the same for all: `kmeans` on the scores
/// [N, k], `merged` (cluster/merged_kmeans.hpp), `gaussian` (cluster/merged_gmm.hpp, which may find
/// fewer types), `leiden` on the neighbour graph, or `consensus`
/// (cluster/consensus_clustering.hpp): evidence accumulated from three seeds (`rounds`) each of
/// k-means, merged k-means and Leiden, where cells are averaged with their neighbours for the two
/// k-means. Two rules take other members, by the mutual information of a cell's label with its
/// neighbours' (cluster/neighbour_information.hpp). Where types lie apart, merging loses none: the
/// consensus is of merged k-means alone if it keeps 97 % of the best member's. Where the consensus
/// keeps less than 70 %, as when Leiden and merging put most cells into one type, it is of k-means
/// alone. With `fewer`, types that less than 80 % of the partitions separate are one.
StartingTypes starting_types(const DenseMatrix& scores, const cluster::Neighbours& graph,
                             const StartOptions& options);

}  // namespace mixvae::fit
