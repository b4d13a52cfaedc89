#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "data/matrix.hpp"

namespace mixvae::cluster {

struct HierarchicalOptions {
  Index clusters = 8;            // K, 1 <= K <= N
  std::string linkage = "ward";  // ward, average, complete
};

Options options(HierarchicalOptions& settings);

/// One union of two clusters: cells are clusters 0 .. N-1, union m makes cluster N + m.
struct Union {
  Index a = 0;  // a < b
  Index b = 0;
  double height = 0;  // distance of the two
  Index size = 0;     // cells of the union
};

struct Hierarchical {
  std::vector<std::int32_t> labels;  // [N], numbered by falling size, ties by their first cell
  std::vector<Union> tree;           // [N-1], by rising height
};

/// Agglomerative clustering of the rows of x [N,d] in Euclidean distance, cut into K clusters, by
/// nearest-neighbour chains (Muellner, arXiv 1109.2378). ward: the distance of clusters with
/// centres p, q and sizes m, n is |p - q| sqrt(2 m n / (m + n)); average, complete: the mean and
/// the largest distance of their cells. O(N^2 d) time; memory O(N d) for ward, 2 N^2 bytes for the
/// others. Deterministic; ties are broken by cell number. Throws UsageError when K is out of range
/// or the linkage unknown, InputError for a value that is not finite and for more than 60,000
/// cells with average or complete.
Hierarchical hierarchical(const DenseMatrix& x, const HierarchicalOptions& options);

/// The tree of N points that stand for `sizes` [N] cells each, from the distances of all pairs i <
/// j, row after row [N (N-1) / 2]; average or complete linkage. Sizes in the tree count points.
std::vector<Union> linkage_tree(std::vector<float> distances, std::vector<double> sizes,
                                const std::string& linkage);

/// Two clusters, named by a cell of each, and the height at which they unite.
struct CellPair {
  Index a = 0;
  Index b = 0;
  double height = 0;
};

/// The tree of N - 1 unions of N cells, given in any order; equal heights stay in their order.
std::vector<Union> tree_of_unions(std::vector<CellPair> unions);

/// The labels [N] of the K clusters that are left after N - K unions, numbered by falling size.
std::vector<std::int32_t> cut_tree(const std::vector<Union>& tree, Index clusters);

}  // namespace mixvae::cluster
