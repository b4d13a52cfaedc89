#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "data/matrix.hpp"

namespace mixvae::cluster {

/// Defaults of the authors' program.
struct HdbscanOptions {
  Index min_cluster_size = 5;
  std::optional<std::int64_t> min_samples = {};  // auto: min_cluster_size
  std::string metric = "euclidean";
  std::string selection = "eom";  // eom, leaf
};

/// Those of this method alone; analysis/clustering_options declares what several methods share.
Options options(HdbscanOptions& settings);

struct Hdbscan {
  std::vector<std::int32_t> labels;  // [N] by falling size, ties by first cell; -1: noise
  Index clusters = 0;
};

/// Density-based clustering of the rows of x [N,d] (Campello, Moulavi, Sander, PAKDD 2013; McInnes,
/// Healy, Astels, JOSS 2017): minimum spanning tree of the distances max(d_ij, c_i, c_j), where c
/// is the distance to the min_samples-th other cell; its hierarchy without clusters below the least
/// size, links of equal length cut at once; the clusters of largest stability (eom), or all leaves.
/// All cells together are no cluster. O(N^2 d) time, O(N) memory besides the neighbours.
/// Deterministic. Distances of 0 count as 1e-30. Throws InputError for values that are not finite
/// and rows that the metric cannot compare, UsageError for sizes below 2 (min_samples: 1) and
/// unknown names.
Hdbscan hdbscan(const DenseMatrix& x, const HdbscanOptions& options);

}  // namespace mixvae::cluster
