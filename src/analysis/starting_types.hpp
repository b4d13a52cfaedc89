#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cluster/knn.hpp"
#include "data/matrix.hpp"

namespace mixvae::analysis {

struct StartOptions {
  std::string kind = "mixed";  // none|kmeans|leiden|mixed
  Index types = 8;
  Index arms = 2;
  double balance = 0.5;
  std::uint64_t seed = 0;
};

/// What each arm learns first. Letters: A arms, N cells.
struct StartingTypes {
  std::vector<std::vector<std::int32_t>>
      types;  // [A][N] in [0, K), -1 for cells without one; empty without a start
  std::vector<std::vector<float>> weights;  // [A][N], mean 1: (size of the cell's type)^-balance

  bool empty() const { return types.empty(); }
};

/// Partitions of the cells for the arms to start from, numbered alike: those of later arms take the
/// numbers of the first arm's types by Hungarian matching of their cells. `kmeans` and `leiden`
/// give every arm the same partition. `mixed` gives arms in turn k-means on the scores [N, k],
/// Leiden on the neighbour graph, and k-means on scores averaged over each cell's neighbours, with
/// another seed each round; without Leiden in this build, only the two k-means.
StartingTypes starting_types(const DenseMatrix& scores, const cluster::Neighbours& graph,
                             const StartOptions& options);

}  // namespace mixvae::analysis
