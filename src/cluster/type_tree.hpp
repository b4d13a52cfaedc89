#pragma once

#include <cstdint>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::cluster {

/// One fork of a tree of types: types are nodes 0 .. T-1, fork m is node T + m.
struct TypeFork {
  Index a = 0;  // a < b
  Index b = 0;
  double height = 0;   // distance of the two sides
  double support = 0;  // share of bootstraps whose tree has a branch with the same types
};

struct TypeTreeOptions {
  Index bootstraps = 100;
  std::uint64_t seed = 0;
};

/// How types [N] in [0, T) of cells at points [N, d] branch: average linkage of the distances
/// between their means, in units of the standard deviation within types (Mahalanobis; covariance
/// within types, shrunk by 0.3 towards a multiple of the identity). The support is that of a
/// phylogeny (Felsenstein, Evolution 39, 1985): the cells are drawn again with replacement, and the
/// tree of the same types is made anew. Types without cells are at the root, last, at an infinite
/// height and without support. T - 1 forks by rising height. The same for any number of threads.
/// Throws Bug when lengths differ or a type is out of range.
std::vector<TypeFork> type_tree(const DenseMatrix& points, const std::vector<std::int32_t>& types,
                                Index count, const TypeTreeOptions& options = {});

/// The types in the order in which they hang on a tree [T], so that branches do not cross; the side
/// with the lower type first.
std::vector<Index> leaf_order(const std::vector<TypeFork>& tree);

}  // namespace mixvae::cluster
