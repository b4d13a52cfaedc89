#pragma once

#include <cstdint>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::cluster {

struct MergedKmeansOptions {
  Index clusters = 8;  // K, 1 <= K <= N
  Index pieces = 3;    // k-means clusters per final cluster, at least 8 cells each on average
  std::uint64_t seed = 0;
};

/// k-means with several times too many clusters, whose centres are then merged to K by average
/// linkage. Unlike k-means, and like the distances between centres, the result does not depend on
/// how many cells a cluster has: small separate groups stay, large ones are not cut. Plain k-means
/// where there are too few cells for more than K pieces. Labels [N], numbered by falling size.
/// Throws as kmeans() and hierarchical() do.
std::vector<std::int32_t> merged_kmeans(const DenseMatrix& x, const MergedKmeansOptions& options);

}  // namespace mixvae::cluster
