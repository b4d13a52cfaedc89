#pragma once

#include <cstdint>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::cluster {

struct ConsensusOptions {
  Index clusters = 8;           // K, at most so many clusters
  double least_separation = 0;  // clusters that a smaller mean share of partitions separates unite
};

/// The consensus of partitions by evidence accumulation (Fred and Jain, TPAMI 27, 2005): the
/// distance of two cells is the share of partitions that separate them, clusters are united by the
/// mean distance of their cells until at most K are left and all are separate enough. Cells that no
/// partition separates are one point; of more than 4,000 points the largest are united, and the
/// cells of the others join the cluster whose cells share their clusters most often. Partitions of
/// N cells, labels at least 0; labels [N] out, numbered by falling size; fewer than K clusters
/// where the partitions tell fewer apart. Throws UsageError for K < 1 or K > 4,000, no
/// partitions or partitions of different lengths.
std::vector<std::int32_t> consensus_clustering(
    const std::vector<std::vector<std::int32_t>>& partitions, const ConsensusOptions& options);

}  // namespace mixvae::cluster
