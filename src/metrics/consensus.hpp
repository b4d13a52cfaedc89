#pragma once

#include <cstdint>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::metrics {

/// Agreement of A arms about the types of N cells (docs/equations.md, pruning and metrics). With
/// one arm there is nothing to disagree with: every agreement is 1, and that of a type is 1 if it
/// has cells, else 0.
struct Consensus {
  std::vector<double> per_cell;  // [N] fraction of the arm pairs that give the cell the same type
  std::vector<double> per_type;  // [K] see type_consensus
  double mean = 0;       // of per_cell: mean over the arm pairs of the fraction of equal labels
  double all_equal = 0;  // fraction of cells to which all arms give the same type
};

/// Consensus of the labels [A][N] in [0, types). Throws InputError without arms or cells; Bug when
/// the lengths differ or a label is out of range.
Consensus consensus(const std::vector<std::vector<std::int32_t>>& labels, Index types);

/// How well two arms agree on each type [K]: cells with the type in both arms / the larger of its
/// sizes in the two arms, in [0,1]; 0 for a type that neither uses, so that pruning takes it first.
std::vector<double> type_consensus(const std::vector<std::int32_t>& a,
                                   const std::vector<std::int32_t>& b, Index types);

/// The same for every pair of types, as a symmetric matrix [K, K] with type_consensus on its
/// diagonal: cells with one type in one arm and the other in another / the larger of the two
/// sizes, mean over the ordered pairs of arms. Of labels [A][N], of which -1 are left out in both
/// arms. Empty for one arm.
std::vector<std::vector<double>> consensus_matrix(
    const std::vector<std::vector<std::int32_t>>& labels, Index types);

}  // namespace mixvae::metrics
