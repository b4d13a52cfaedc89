#pragma once

#include <cstdint>
#include <vector>

#include "base/options.hpp"
#include "data/matrix.hpp"

namespace mixvae::cluster {

/// Defaults of the authors' program.
struct FlowsomOptions {
  Index clusters = 10;  // K metaclusters, 1 <= K <= nodes
  Index grid = 10;      // nodes along each side of the map
  Index passes = 10;
  Index resamplings = 100;  // of the nodes for the consensus
  double share = 0.9;       // of the nodes in each
  std::uint64_t seed = 0;
};

Options options(FlowsomOptions& settings);

struct Flowsom {
  std::vector<std::int32_t> labels;  // [N] metaclusters by falling size, ties by their first cell
  std::vector<std::int32_t> nodes;   // [N] the nearest node of each cell
  DenseMatrix map;                   // [n,d]
};

/// How often two nodes fall into the same of K clusters when both are drawn: average linkage of
/// each draw (`draws` holds the drawn rows of x [n,d]). 0 for pairs that are never drawn together.
/// [n,n].
std::vector<double> consensus_matrix(const DenseMatrix& x, Index clusters,
                                     const std::vector<std::vector<Index>>& draws);

/// Self-organising map and consensus clustering of its nodes: average linkage of one minus the
/// consensus (Van Gassen et al., Cytometry A 87, 2015; Monti, Tamayo, Mesirov, Golub, Machine
/// Learning 52, 2003). K types at most: a metacluster may hold no cell. Throws UsageError when K is
/// out of range, InputError for a value that is not finite.
Flowsom flowsom(const DenseMatrix& x, const FlowsomOptions& options);

}  // namespace mixvae::cluster
