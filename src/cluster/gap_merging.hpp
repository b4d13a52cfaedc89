#pragma once

#include <cstdint>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::cluster {

struct GapMergingOptions {
  Index pieces = 50;       // k-means centres to begin with, at most
  double least_gap = 0.6;  // groups without a valley that is surely deeper (valley.hpp) are one
  std::uint64_t seed = 0;
};

/// Groups of cells with gaps between them, told by cells that did not make the groups. Half of the
/// cells, learning [A, d], are parted into pieces by k-means; those of the other half, unseen
/// [B, d], belong to the piece with the nearest centre. Two groups are neighbours if some unseen
/// cell has its two nearest centres in them. Between neighbours, the linear discriminant of the
/// learning cells (covariance within the groups, shrunk by 0.6 towards a multiple of the identity)
/// is the direction in which the valley of the unseen cells is measured; the pair with the
/// shallowest is united until all valleys are as deep as asked for. Groups of fewer than 8 cells in
/// either half have no valley. Labels [B] of the unseen cells, 0, 1, ... by falling size. Throws
/// UsageError unless 1 <= pieces <= A and B >= 1, InputError for values that are not finite.
std::vector<std::int32_t> merge_without_gap(const DenseMatrix& learning, const DenseMatrix& unseen,
                                            const GapMergingOptions& options);

}  // namespace mixvae::cluster
