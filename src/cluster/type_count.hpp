#pragma once

#include <cstdint>

#include "data/matrix.hpp"

namespace mixvae::cluster {

struct TypeCountOptions {
  Index most_cells = 20000;  // a random sample of so many, where there are more
  Index splits = 3;          // of the cells into halves, each of which is the unseen one in turn
  std::uint64_t seed = 0;
};

/// A number of types and its range.
struct TypeCount {
  Index types = 1;   // median over the halves, the lower one
  Index fewest = 1;  // of any half
  Index most = 1;
};

/// How many types points [N, d] hold: groups with a gap between them that cells which did not make
/// the groups show as well (cluster/gap_merging.hpp); noise and gradients are one type. k-means
/// begins with one piece for 25 cells of a half, 2 to 300. Groups of fewer than 5 cells, or 0.05 %
/// of the unseen half, do not count. The same for any number of threads. Throws UsageError for
/// fewer than 8 points, InputError for values that are not finite.
TypeCount count_types(const DenseMatrix& points, const TypeCountOptions& options = {});

}  // namespace mixvae::cluster
